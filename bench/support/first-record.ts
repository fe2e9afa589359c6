/** How long a requester waits for the first record of an answer: by the product's call and follow, and by the bare client. */
import { jetstream } from "@nats-io/jetstream";
import type { NatsConnection } from "nats";
import { deploy } from "../../lib/contract/routes/deploy.ts";
import type { Revision } from "../../lib/contract/values.ts";
import { call } from "../../lib/router/call.ts";
import { newId } from "../../lib/router/new-id.ts";
import type { Bus, Enrolled } from "../../lib/router/ports.ts";
import { openEars } from "../../streams/ears.ts";
import { follow } from "../../streams/follow.ts";
import { responsesTo } from "../../streams/responses-to.ts";
import { address, alice, bare } from "./names.ts";
import { rightOf } from "./right-of.ts";

const deadlineMs = 10_000;

/**
 * As `hd deploy` does it, whose subscription stands before it sends: so does the bare client's. Follows to the end, so that
 * the host is free again; what comes after the first record is not timed.
 */
export const viaProduct = async ({ log, live, roster }: Bus, hosts: readonly Enrolled[]): Promise<number> => {
  const id = newId();
  const ears = await openEars(live, responsesTo(address, hosts), id);
  const startMs = performance.now();
  let firstMs: number | undefined;
  const args = { revision: "main" as Revision, id };
  const { seq } = rightOf(await call(deploy, { requester: alice, log }, address, args)());
  const { states } = await follow({
    ...{ log, live, roster, ears, hosts, deadlineMs, signal: new AbortController().signal },
    request: { id, seq, address },
    onEvent: () => {
      firstMs ??= performance.now() - startMs;
    },
  });
  const [state] = [...states.values()];
  if (firstMs !== undefined && state?.kind === "ended" && state.record.status === "completed") return firstMs;
  throw new Error(`a request was not served: ${JSON.stringify(state)}`);
};

/** A function that does the same with the client alone: publish, wait for the nudge, read the record. */
export const viaBareClient = async (nc: NatsConnection, body: string): Promise<() => Promise<number>> => {
  const js = jetstream(nc);
  let nudged = (): void => {};
  nc.subscribe(bare.responseFilter, { callback: () => nudged() });
  await nc.flush();
  const read = async (seq: number): Promise<void> => {
    const query = JSON.stringify({ seq, next_by_subj: bare.responseFilter });
    for (;;) {
      const answer = await nc.request(`$JS.API.DIRECT.GET.${bare.stream}`, query);
      if (answer.headers?.code !== 404) return answer.json();
    }
  };
  let count = 0;
  return async () => {
    count += 1;
    const msgID = `${process.pid}-${count}`.padStart(26, "0");
    const startMs = performance.now();
    const nudge = new Promise<void>((resolve) => {
      nudged = resolve;
    });
    const { seq } = await js.publish(bare.requestSubject, body, { msgID });
    await nudge;
    await read(seq + 1);
    return performance.now() - startMs;
  };
};
