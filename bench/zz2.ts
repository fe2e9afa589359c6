import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { jetstream } from "@nats-io/jetstream";
import { requestSubject } from "../lib/contract/address.ts";
import { newId } from "../lib/router/new-id.ts";
import { withPlace } from "./place.ts";
import { bundled } from "./support/bundled.ts";
import { bareResponder, recordExchange } from "./support/exchange.ts";
import { startLogServer } from "./support/log-server.ts";
import { address, alice, bare, host } from "./support/names.ts";
import { startProgram } from "./support/start-program.ts";
const cpu = (pid: number) => { const s = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" "); return [Number(s[11]) * 10, Number(s[12]) * 10]; };
const find = (re: RegExp) => readdirSync("/proc").filter((x) => /^\d+$/.test(x)).find((p) => { try { return re.test(readFileSync(`/proc/${p}/cmdline`, "utf8").replaceAll("\0", " ")); } catch { return false; } });
await withPlace(async (place) => {
  const server = await startLogServer(place);
  const stateDir = process.env["SHM"] ? "/dev/shm/hdstate" : join(place.dir, "state");
  const L = await startProgram(place, [...(await bundled(place, "listener")), JSON.stringify({ url: server.servers[0], keyFile: server.keyFile(host.hostname), stateDir, room: "all" })]);
  const { responses } = await recordExchange(await server.bus());
  const B = await startProgram(place, [...(await bundled(place, "bare-responder")), JSON.stringify(bareResponder(server, responses))]);
  const nc = await server.bareClient();
  const js = jetstream(nc);
  const N = 512;
  const run = async (subject: string, ending: string) => {
    let [sent, served] = [0, 0]; let done = () => {};
    const all = new Promise<void>((r) => { done = r; });
    const send = () => { if (sent >= N) return; sent++; const id = newId(); void js.publish(subject, JSON.stringify({ action: "switch", revision: "main", id }), { msgID: id, timeout: 10000 }); };
    const sub = nc.subscribe(ending, { callback: () => { served++; if (served === N) done(); else send(); } });
    await nc.flush();
    const S = Number(find(/nats-server .*hd-bench|nats-server -c|nats-server/));
    const pids = { server: S, listener: L.pid, bare: B.pid, driver: process.pid };
    const before = Object.entries(pids).map(([n, p]) => [n, cpu(p)] as const);
    const s = performance.now();
    for (let n = 0; n < 64; n++) send();
    await all; sub.unsubscribe();
    const ms = performance.now() - s;
    console.log((N / ms * 1000).toFixed(0), "/s", before.map(([n, [u, y]]) => { const [U, Y] = cpu((pids as any)[n]); return `${n} ${((U! - u!) / N * 1000).toFixed(0)}+${((Y! - y!) / N * 1000).toFixed(0)}us`; }).join("  "));
  };
  for (let i = 0; i < 4; i++) {
    await run(requestSubject(alice, address), "hd.res.prod.web1.completed");
    await run(bare.requestSubject, "br.res.prod.web1.completed");
  }
});
process.exit(0);
