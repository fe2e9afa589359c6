/** The discover handler says what it is told about its host, and nothing of its own. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { handleDiscover } from "../../handlers/discover.ts";
import { hostAddress } from "../../lib/contract/address.ts";
import type { HostInfo } from "../../lib/contract/host-info.ts";
import { alreadyTaken } from "../../lib/contract/route.ts";
import { rightOf } from "../support/either.ts";
import { origin, requestId, web1 } from "../support/fixtures.ts";

const test = suite("handlers/discover");

test("a host answers for itself", async () => {
  const about: HostInfo = { ...web1, deploy_subjects: [hostAddress(web1.tier, web1.hostname)] };
  const verdict = rightOf(await handleDiscover({ ...origin(), input: {} }, { about: () => about })());
  assert.equal(verdict, { answer: about });
});

test("each question is answered with what holds then", async () => {
  let asked = 0;
  const about = (): HostInfo => ({
    ...web1,
    deploy_subjects: [],
    ...(asked++ === 0 ? {} : { deploying: requestId("req-1") }),
  });
  const answers = [
    await handleDiscover({ ...origin(), input: {} }, { about })(),
    await handleDiscover({ ...origin(), input: {} }, { about })(),
  ];
  const deploying = answers.map((answer) => {
    const verdict = rightOf(answer);
    return verdict === alreadyTaken ? verdict : verdict.answer.deploying;
  });
  assert.equal(deploying, [undefined, "req-1"]);
});

test.run();
