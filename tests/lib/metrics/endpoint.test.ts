/** What may be asked of the endpoint, and what neither a slow client nor a broken metric can do to the service. */
import { once } from "node:events";
import { connect } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { MetricsAddress } from "../../../lib/contract/metrics-address.ts";
import { serveMetrics } from "../../../lib/metrics/endpoint.ts";
import type { Endpoint, EndpointOptions } from "../../../lib/router/metering.ts";
import { rightOf } from "../../support/either.ts";
import { fit } from "../../support/fixtures.ts";

const test = suite("lib/metrics/endpoint");

const open: Endpoint[] = [];
test.after.each(async () => {
  for (const one of open.splice(0)) await one.close();
});

const notices: string[] = [];
const options = (changes: Partial<EndpointOptions> = {}): EndpointOptions => ({
  address: fit(MetricsAddress, "127.0.0.1:0"),
  shown: { contentType: "text/plain; version=0.0.4; charset=utf-8", text: async () => "a 1\n" },
  trouble: () => undefined,
  notice: (sentence) => void notices.push(sentence),
  ...changes,
});

const started = async (changes: Partial<EndpointOptions> = {}, slowMs?: number): Promise<string> => {
  const endpoint = rightOf(await serveMetrics(options(changes), slowMs));
  open.push(endpoint);
  return endpoint.url;
};

test("the metrics, as Prometheus reads them, with a query that nobody looks at", async () => {
  const answer = await fetch(`${await started()}?name=a`);
  assert.is(answer.status, 200);
  assert.is(answer.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  assert.equal([...answer.headers.keys()].sort(), [
    ...["cache-control", "connection", "content-length", "content-type", "date", "keep-alive"],
  ]);
  assert.is(await answer.text(), "a 1\n");
});

test("HEAD has no body; other methods and other paths are refused", async () => {
  const url = await started();
  const head = await fetch(url, { method: "HEAD" });
  assert.equal([head.status, head.headers.get("content-length"), await head.text()], [200, "4", ""]);
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    const refused = await fetch(url, { method });
    assert.equal([refused.status, refused.headers.get("allow")], [405, "GET, HEAD"]);
    await refused.text();
  }
  for (const path of ["/", "/metrics/", "/metrics/../etc", "/%6detrics", "/healthz/x"]) {
    const lost = await fetch(new URL(path, url));
    assert.is(lost.status, 404, path);
    await lost.text();
  }
});

test("health is whether the service can do its work", async () => {
  let trouble: string | undefined = "not connected to NATS";
  const url = new URL("/healthz", await started({ trouble: () => trouble }));
  const ill = await fetch(url);
  assert.equal([ill.status, await ill.text()], [503, "not connected to NATS\n"]);
  trouble = undefined;
  const well = await fetch(url);
  assert.equal([well.status, await well.text()], [200, "ok\n"]);
});

test("what is not counted yet is not shown, and what breaks is told and hurts nobody", async () => {
  let text: () => Promise<string | undefined> = async () => undefined;
  const url = await started({ shown: { contentType: "text/plain", text: () => text() } });
  assert.is((await fetch(url)).status, 503);
  text = async () => {
    throw new Error("no such series");
  };
  assert.is((await fetch(url)).status, 500);
  assert.equal(notices.splice(0), ["The metrics could not be shown: no such series."]);
  text = async () => "a 2\n";
  assert.is(await (await fetch(url)).text(), "a 2\n");
});

test("a client that does not finish its request is cut off", async () => {
  const { port } = new URL(await started({}, 100));
  const socket = connect(Number(port), "127.0.0.1");
  socket.on("error", () => {});
  socket.write("GET /metrics HTTP/1.1\r\nHost: a\r\n");
  await once(socket, "close");
});

test("where nobody can listen is told, with what to do", async () => {
  const url = await started();
  const refusals: readonly (readonly [string, string])[] = [
    [new URL(url).host, "something else listens there"],
    ["192.0.2.1:9473", "this machine has no such address"],
    ["nowhere.invalid:9473", "there is no address of that name"],
  ];
  for (const [address, why] of refusals) {
    const refused = await serveMetrics(options({ address: fit(MetricsAddress, address) }));
    if (refused._tag === "Right") throw new Error(refused.right.url);
    assert.is(
      refused.left.message,
      `Metrics cannot be shown at ${address}: ${why}. Give another address with --metrics, or leave it out.`,
    );
  }
});

test("an address is a host and a port, and nothing else", () => {
  for (const good of ["127.0.0.1:9473", "[::1]:0", "localhost:65535"]) fit(MetricsAddress, good);
  for (const bad of [
    "9473",
    ":9473",
    "127.0.0.1",
    "127.0.0.1:65536",
    "http://a:1",
    "::1:9473",
    "a:b",
    "a:1/x",
    "a b:1",
  ])
    assert.throws(() => fit(MetricsAddress, bad), /address:port/, bad);
});

test.run();
