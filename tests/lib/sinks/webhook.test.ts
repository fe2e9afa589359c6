/** The signed webhook against a real receiver: what it gets, and what becomes of each way to answer. */
import { createHmac } from "node:crypto";
import { chmodSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Delivered } from "../../../lib/router/alerting.ts";
import type { SinkEnv } from "../../../lib/sinks/sink-env.ts";
import { sinkPort } from "../../../lib/sinks/sink-port.ts";
import { alertOf, outgoingOf } from "../../support/alerts.ts";
import { noonMs, sinkName } from "../../support/fixtures.ts";
import { freePort } from "../../support/free-port.ts";
import { httpReceiver, type Received, type Receiver, status } from "../../support/http-receiver.ts";
import { sinkEnv } from "../../support/sink-env.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/sinks/webhook");
const dir = tempDir("webhook");
const receivers: Receiver[] = [];
const servers: Server[] = [];
const sockets = new Set<Socket>();
test.after(async () => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers) server.close();
  await Promise.all(receivers.map(({ stop }) => stop()));
});

const receiver: typeof httpReceiver = async (answer) => {
  const made = await httpReceiver(answer);
  receivers.push(made);
  return made;
};

/** A server that does this with every connection. */
const tcp = async (onSocket: (socket: Socket) => void): Promise<string> => {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    onSocket(socket);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const secretFile = join(dir, "secret");
const secretIs = (text: string, mode = 0o600): void => writeFileSync(secretFile, text, { mode });

interface Sending extends Partial<SinkEnv> {
  readonly signed?: boolean;
}

const send = (url: string, { signed = false, ...changes }: Sending = {}): Promise<Delivered> =>
  sinkPort(
    { name: sinkName("ops"), type: "webhook", url, secretFile: signed ? secretFile : undefined },
    sinkEnv(changes),
  ).send(outgoingOf());

/** As a receiver without a library would: https://github.com/standard-webhooks/standard-webhooks. */
const isSigned = ({ headers, body }: Pick<Received, "headers" | "body">, key: Buffer): boolean => {
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  const expected = `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
  return String(headers["webhook-signature"]).split(" ").includes(expected);
};

test("the check of signatures is the specification's: its own example passes", () => {
  const headers = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  };
  const key = Buffer.from("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "base64");
  assert.ok(isSigned({ headers, body: '{"test": 2432232314}' }, key));
});

test("a receiver gets one signed document, whose id is the same at every try", async () => {
  secretIs("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
  const { url, got } = await receiver();
  const [first, second] = [noonMs + 1_000, noonMs + 90_000];
  assert.equal(await send(`${url}/hook?x=1`, { signed: true, now: () => first }), { outcome: "sent" });
  assert.equal(await send(`${url}/hook?x=1`, { signed: true, now: () => second }), { outcome: "sent" });
  const key = Buffer.from("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "base64");
  assert.ok(got.every((one) => isSigned(one, key)));
  assert.equal(
    new Set(got.map(({ body }) => body)).size,
    1,
    "a strict receiver refuses another body with the same key",
  );
  assert.equal(
    got.map(({ method, path, headers }) => [method, path, headers["webhook-id"], headers["idempotency-key"]]),
    Array(2).fill(["POST", "/hook?x=1", "alert:failed:r41:1", "alert:failed:r41:1"]),
  );
  assert.equal(
    got.map(({ headers }) => headers["webhook-timestamp"]),
    [String(first / 1_000), String(second / 1_000)],
  );
});

test("the document says all that people are told, and has the alert as it was recorded", async () => {
  const { url, got } = await receiver();
  await send(url);
  assert.is(got[0]?.headers["content-type"], "application/json");
  assert.is(got[0]?.headers["webhook-signature"], undefined);
  assert.equal(JSON.parse(got[0]?.body ?? ""), {
    type: "alert.firing",
    timestamp: "2026-01-31T12:00:00.000Z",
    data: {
      ...{ apiVersion: "hd/v1", kind: "Alert", id: "alert:failed:r41:1", sequence: 7 },
      title: "Critical: prod/web1 failed: build_failed",
      text: [
        "prod/web1: the configuration did not build (build_failed, in build, after 2m 3s, commit aaaaaaaaaa)",
        "last 2 lines of its output:",
        "  | error: attribute 'nginx' missing",
        "  |        at flake.nix:12",
        "asked by alice: switch main",
        "why: weekly update",
        "more: hd show 01KA0000000000000000000000",
      ].join("\n"),
      command: "hd show 01KA0000000000000000000000",
      alert: JSON.parse(JSON.stringify(alertOf())),
    },
  });
});

test("a secret is read at every use, so that a new one needs no restart; any text is one", async () => {
  const { url, got } = await receiver();
  for (const secret of ["the first", "the second"]) {
    secretIs(secret);
    await send(url, { signed: true });
    assert.ok(isSigned(got.at(-1) ?? { headers: {}, body: "" }, Buffer.from(secret)));
  }
});

test("a secret that cannot be used is a failure that an operator can mend, and nothing is sent", async () => {
  const { url, got } = await receiver();
  const cases: readonly (readonly [string, number, RegExp])[] = [
    ["secret", 0o644, /^The secret file .*secret can be read or changed by others \(mode 0644\)\. Run: chmod 600/],
    ["\n", 0o600, /is empty\.$/],
    ["two\nlines", 0o600, /holds more than one line\.$/],
  ];
  for (const [text, mode, told] of cases) {
    secretIs(text);
    chmodSync(secretFile, mode);
    const delivered = await send(url, { signed: true });
    assert.is(delivered.outcome, "failed");
    assert.match(delivered.message ?? "", told);
  }
  assert.equal(got, []);
});

test("what an answer means", async () => {
  const cases: readonly (readonly [number, Delivered["outcome"], boolean])[] = [
    ...([200, 202, 204] as const).map((code) => [code, "sent", false] as const),
    ...([301, 307, 401, 403, 404, 408, 409, 410, 425, 429, 503] as const).map(
      (code) => [code, "failed", false] as const,
    ),
    ...([500, 502, 504] as const).map((code) => [code, "failed", true] as const),
    ...([400, 413, 422] as const).map((code) => [code, "refused", false] as const),
  ];
  for (const [code, outcome, perhaps] of cases) {
    const { url, got } = await receiver(status(code, "", { location: "/elsewhere" }));
    const delivered = await send(url);
    assert.is(delivered.outcome, outcome, String(code));
    assert.is(delivered.outcome === "failed" && delivered.perhaps === true, perhaps, String(code));
    assert.is(got.length, 1, "no redirect is followed");
  }
});

test("Retry-After is heeded, as seconds or as a date, up to a quarter of an hour", async () => {
  const in5 = new Date(Date.now() + 5_000).toUTCString();
  const cases: readonly (readonly [string, (ms: number | undefined) => boolean])[] = [
    ["7", (ms) => ms === 7_000],
    ["86400", (ms) => ms === 900_000],
    [in5, (ms) => ms !== undefined && ms <= 5_000],
    ["Wed, 21 Oct 2015 07:28:00 GMT", (ms) => ms === 0],
    ["soon", (ms) => ms === undefined],
    ["-3", (ms) => ms === undefined || ms === 0],
  ];
  for (const [value, isIt] of cases) {
    const { url } = await receiver(status(429, "slow down", { "retry-after": value }));
    const delivered = await send(url);
    assert.ok(delivered.outcome === "failed" && isIt(delivered.afterMs), value);
  }
});

test("what a receiver says is told on one line, bounded, and without any secret that it repeats", async () => {
  secretIs("hush-hush");
  const echo = `no\n\u0007 hush-hush for /T0/B1/token=abc ${"x".repeat(100_000)}`;
  const { url } = await receiver(status(400, echo));
  const { outcome, message = "" } = await send(`${url}/T0/B1/token=abc`, { signed: true });
  assert.is(outcome, "refused");
  assert.match(message, /^http:\/\/127\.0\.0\.1:\d+ answered with status 400: no/);
  assert.ok(message.length < 300);
  assert.not.match(message, /hush|token=abc|\p{Cc}/u);
});

test("no answer, half an answer, and none that is HTTP", async () => {
  const silent = await send(await tcp(() => undefined), { deadlineMs: 100 });
  assert.match(silent.message ?? "", /did not answer within 0\.1 s/);
  assert.is(silent.outcome === "failed" && silent.perhaps, true);

  const closing = await send(await tcp((socket) => socket.on("data", () => socket.destroy())));
  assert.is(closing.outcome === "failed" && closing.perhaps, true);

  const dripping = await tcp((socket) =>
    socket.on("data", () => socket.write("HTTP/1.1 503 Busy\r\nContent-Length: 1000\r\n\r\nwait")),
  );
  const half = await send(dripping, { deadlineMs: 200 });
  assert.match(half.message ?? "", /answered with status 503/);

  const odd = await send(await tcp((socket) => socket.end("SSH-2.0-OpenSSH\r\n")));
  assert.is(odd.outcome, "failed");
});

test("where nobody listens nothing can have come through", async () => {
  const delivered = await send(`http://127.0.0.1:${await freePort()}`);
  assert.match(delivered.message ?? "", /did not answer: .*ECONNREFUSED/);
  assert.is(delivered.outcome === "failed" && delivered.perhaps, false);
});

test.run();
