/**
 * What only a real systemd can show, run within the container: the listener is a unit that its own deployments restart, jobs
 * and switches are units of their own. Nix, systemd, git and nats-server are real; nixos-rebuild and switch-to-configuration
 * are the STAND-INS of tests/systemd/machine.
 */
import { stripVTControlCharacters } from "node:util";
import { cases } from "./cases.ts";
import { startHost } from "./host.ts";

const wanted = process.argv.slice(2);
const host = await startHost();
const counts = { passed: 0, failed: 0 };

for (const [name, run] of Object.entries(cases)) {
  if (wanted.length > 0 && !wanted.some((word) => name.includes(word))) continue;
  const startMs = performance.now();
  try {
    await host.reset();
    await run(host);
    await host.isTrue();
    counts.passed += 1;
    console.log(`✓ ${name}  ${((performance.now() - startMs) / 1_000).toFixed(1)} s`);
  } catch (error) {
    counts.failed += 1;
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    console.log(`✗ ${name}\n${stripVTControlCharacters(told)}\n${host.journal()}`);
  }
}
await host.stop();
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed === 0 && counts.passed > 0 ? 0 : 1);
