/** E-mail against a real SMTP server on loopback: what arrives, whom it is let in as, and what becomes of each refusal. */
import { writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Sink } from "../../../lib/contract/alert-rules.ts";
import type { Delivered, Outgoing } from "../../../lib/router/alerting.ts";
import type { SinkEnv } from "../../../lib/sinks/sink-env.ts";
import { sinkPort } from "../../../lib/sinks/sink-port.ts";
import { alertOf, detail, outgoingOf } from "../../support/alerts.ts";
import { sinkName } from "../../support/fixtures.ts";
import { freePort } from "../../support/free-port.ts";
import { sinkEnv } from "../../support/sink-env.ts";
import { tempDir } from "../../support/temp-dir.ts";

const test = suite("lib/sinks/email");
const dir = tempDir("email");
const ends: (() => Promise<void>)[] = [];
test.after(async () => {
  await Promise.all(ends.map((end) => end()));
});

interface Mail {
  readonly to: readonly string[];
  readonly raw: string;
  readonly secure: boolean;
  readonly user: string | undefined;
}

const replied = (text: string, responseCode: number): Error => Object.assign(new Error(text), { responseCode });

/** A server that keeps what it gets. */
const mailServer = async (
  options: SMTPServerOptions = {},
): Promise<{ readonly port: number; readonly got: Mail[] }> => {
  const got: Mail[] = [];
  const server = new SMTPServer({
    ...{ authOptional: true, disabledCommands: ["STARTTLS"], allowInsecureAuth: true, logger: false },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        const { secure, user } = session;
        got.push({ to, raw: Buffer.concat(chunks).toString("utf8"), secure: secure === true, user: user as string });
        done();
      });
    },
    ...options,
  });
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", () => resolve()));
  ends.push(() => new Promise((resolve) => server.close(() => resolve())));
  return { port: (server.server.address() as AddressInfo).port, got };
};

const sinkOf = (server: string, changes: object = {}): Sink => ({
  ...{ name: sinkName("mail"), type: "email", server, from: "hd@example.org", to: ["ops@example.org"] },
  ...{ user: undefined, passwordFile: undefined },
  ...changes,
});

interface Sending extends Partial<SinkEnv> {
  readonly outgoing?: Outgoing;
}

const send = (sink: Sink, { outgoing = outgoingOf(), ...changes }: Sending = {}): Promise<Delivered> =>
  sinkPort(sink, sinkEnv(changes)).send(outgoing);

/** Without its soft breaks. */
const textOf = ({ raw }: Mail): string => raw.slice(raw.indexOf("\r\n\r\n") + 4).replace(/=\r\n/g, "");

test("a message arrives with a subject, a text, and an id that is the same at every try", async () => {
  const { port, got } = await mailServer();
  const sink = sinkOf(`smtp://127.0.0.1:${port}`, { to: ["ops@example.org", "bob@example.org"] });
  assert.equal([await send(sink), await send(sink)], [{ outcome: "sent" }, { outcome: "sent" }]);
  const [mail, second] = got;
  assert.equal(mail?.to, ["ops@example.org", "bob@example.org"]);
  assert.match(mail?.raw ?? "", /^Subject: Critical: prod\/web1 failed: build_failed\r$/m);
  assert.match(mail?.raw ?? "", /^Message-ID: <alert\.failed\.r41\.1\.1769860800000@example\.org>\r$/m);
  assert.match(second?.raw ?? "", /^Message-ID: <alert\.failed\.r41\.1\.1769860800000@example\.org>\r$/m);
  assert.match(mail?.raw ?? "", /^Auto-Submitted: auto-generated\r$/m);
  assert.match(mail?.raw ?? "", /^Content-Type: text\/plain; charset=utf-8\r$/m);
  assert.match(mail ? textOf(mail) : "", /asked by alice: switch main\r\nwhy: weekly update\r\nmore: hd show 01KA/);
});

test("no text of a host becomes a header, a recipient, a file or a part", async () => {
  const { port, got } = await mailServer();
  const odd = "ü\nBcc: eve@example.org\r\n\r\nContent-Type: text/html\n.\nQUIT /etc/passwd";
  const alert = alertOf({ title: odd, details: [detail({ message: odd, log_tail: [".", "..", "QUIT"] })] });
  assert.equal(await send(sinkOf(`smtp://127.0.0.1:${port}`), { outgoing: outgoingOf(alert) }), { outcome: "sent" });
  const [mail] = got;
  assert.equal([got.length, mail?.to], [1, ["ops@example.org"]]);
  const head = (mail?.raw ?? "").split("\r\n\r\n")[0] ?? "";
  assert.not.match(head, /^(Bcc|Content-Type: text\/html|QUIT)/im);
});

const passwordFile = join(dir, "password");

test("a login with the password from the file, over TLS where the server has it; a new password needs no restart", async () => {
  const passwords = new Set(["first", "second"]);
  const { port, got } = await mailServer({
    ...{ authOptional: false, disabledCommands: [], allowInsecureAuth: false },
    onAuth: ({ username, password }, _session, done) =>
      passwords.has(password ?? "") ? done(null, { user: username ?? "" }) : done(replied("no", 535)),
  });
  const sink = sinkOf(`smtp://localhost:${port}`, { user: "hd", passwordFile });
  for (const password of ["first", "second"]) {
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    assert.equal(await send(sink), { outcome: "sent" });
  }
  assert.equal(
    got.map(({ secure, user }) => [secure, user]),
    [
      [true, "hd"],
      [true, "hd"],
    ],
  );
  writeFileSync(passwordFile, "hush-hush\n", { mode: 0o600 });
  const wrong = await send(sink);
  assert.is(wrong.outcome, "failed");
  assert.not.match(wrong.message ?? "", /hush/);
});

test("to another machine no password goes without TLS, nor to a certificate that nobody vouches for", async () => {
  writeFileSync(passwordFile, "hush-hush\n", { mode: 0o600 });
  let logins = 0;
  const onAuth: NonNullable<SMTPServerOptions["onAuth"]> = (_auth, _session, done) => {
    logins += 1;
    done(null, { user: "hd" });
  };
  for (const disabledCommands of [["STARTTLS"], []]) {
    const { port } = await mailServer({ disabledCommands, onAuth });
    // A name of this machine that does not look like one.
    const delivered = await send(sinkOf(`smtp://localhost.:${port}`, { user: "hd", passwordFile }));
    assert.is(delivered.outcome === "failed" && delivered.perhaps, false, JSON.stringify(delivered));
  }
  assert.is(logins, 0);
});

test("TLS from the start", async () => {
  const { port, got } = await mailServer({ secure: true });
  assert.equal(await send(sinkOf(`smtps://localhost:${port}`)), { outcome: "sent" });
  assert.is(got[0]?.secure, true);
});

test("what a server will not take is refused; what can be mended or passes is tried again", async () => {
  const cases: readonly (readonly [SMTPServerOptions, Delivered["outcome"]])[] = [
    [
      { onData: (stream, _session, done) => void stream.resume().on("end", () => done(replied("spam", 554))) },
      "refused",
    ],
    [
      { onData: (stream, _session, done) => void stream.resume().on("end", () => done(replied("later", 451))) },
      "failed",
    ],
    [{ onRcptTo: (_address, _session, done) => done(replied("nobody here", 550)) }, "failed"],
    [{ onMailFrom: (_address, _session, done) => done(replied("greylisted", 450)) }, "failed"],
    [{ onConnect: (_session, done) => done(replied("not you", 554)) }, "failed"],
  ];
  for (const [options, outcome] of cases) {
    const { port } = await mailServer(options);
    const delivered = await send(sinkOf(`smtp://127.0.0.1:${port}`));
    assert.is(delivered.outcome, outcome, JSON.stringify(delivered));
    assert.match(delivered.message ?? "", /^127\.0\.0\.1:\d+ did not take the message: /);
    assert.is(delivered.outcome === "failed" && delivered.perhaps === true, false, JSON.stringify(delivered));
  }
});

test("one recipient of two that is refused is told, and the other has it", async () => {
  const { port, got } = await mailServer({
    onRcptTo: ({ address }, _session, done) => done(address.startsWith("bob") ? replied("nobody", 550) : undefined),
  });
  const sink = sinkOf(`smtp://127.0.0.1:${port}`, { to: ["ops@example.org", "bob@example.org"] });
  assert.equal(await send(sink), { outcome: "sent", message: "The server refused 1 of 2 recipients." });
  assert.is(got.length, 1);
});

test("a server that never greets, one that says nothing when it has the message, and none", async () => {
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => void sockets.add(socket.on("error", () => undefined)));
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const mute = await send(sinkOf(`smtp://127.0.0.1:${(silent.address() as AddressInfo).port}`), { deadlineMs: 100 });
  assert.is(mute.outcome, "failed");
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => silent.close(resolve));

  const { port } = await mailServer({
    onData: (stream) => void stream.resume(),
  });
  const hanging = await send(sinkOf(`smtp://127.0.0.1:${port}`), { deadlineMs: 300 });
  assert.is(hanging.outcome === "failed" && hanging.perhaps, true, JSON.stringify(hanging));

  const nobody = await send(sinkOf(`smtp://127.0.0.1:${await freePort()}`));
  assert.is(nobody.outcome === "failed" && nobody.perhaps, false, JSON.stringify(nobody));
});

test.run();
