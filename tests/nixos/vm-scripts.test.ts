/**
 * The tests in virtual machines, as far as a machine without NixOS can look at them: their scripts are Python, and they use
 * no word that nobody has defined.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { run } from "../../lib/nix/process.ts";
import { flakeCopy } from "../support/flake-check.ts";
import { nixTools } from "../support/nix.ts";
import { tempDir } from "../support/temp-dir.ts";

const test = suite("nixos/vm-scripts");
const nix = await nixTools();

/** Prints each name that a script reads and neither it, Python nor the test driver has. */
const undefinedNames = `
import ast, builtins, sys
driver = {"server", "web1", "web2", "lab1", "start_all", "retry", "subtest"}
tree = ast.parse(open(sys.argv[1]).read(), sys.argv[1])
compile(tree, sys.argv[1], "exec")
nodes = list(ast.walk(tree))
known = driver | set(dir(builtins))
known |= {n.name for n in nodes if isinstance(n, ast.FunctionDef)} | {n.arg for n in nodes if isinstance(n, ast.arg)}
known |= {n.id for n in nodes if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
known |= {a.asname or a.name for n in nodes if isinstance(n, ast.Import) for a in n.names}
print(*sorted({n.id for n in nodes if isinstance(n, ast.Name)} - known))
`;

const python = (argv: readonly string[]) => run(["python3", ...argv], { timeoutMs: 30_000 });

if (nix !== undefined) {
  const flake = flakeCopy(nix);
  const dir = tempDir("vm-scripts");

  test("their scripts are Python, and know all the words they use", async () => {
    if ((await python(["--version"])).missing) {
      console.log("skip: no python3 on this machine");
      return;
    }
    const names = await flake.nix("eval", "--json", ".#checks.x86_64-linux", "--apply", "builtins.attrNames");
    const machines = (JSON.parse(names.stdout) as string[]).filter((name) => name.startsWith("vm-"));
    assert.ok(machines.length > 0);
    for (const name of machines) {
      const { stdout, stderr } = await flake.nix("eval", "--raw", `.#checks.x86_64-linux.${name}.testScript`);
      const file = join(dir, `${name}.py`);
      writeFileSync(file, stdout);
      assert.ok(stdout.includes("start_fleet(["), stderr);
      const said = await python(["-c", undefinedNames, file]);
      assert.is(`${said.stdout}${said.stderr}`.trim(), "", name);
    }
  });

  test("a mistake in a script is seen", async () => {
    if ((await python(["--version"])).missing) {
      console.log("skip: no python3 on this machine");
      return;
    }
    const file = join(dir, "wrong.py");
    writeFileSync(file, "deploi('prod/web1')\n");
    assert.is((await python(["-c", undefinedNames, file])).stdout.trim(), "deploi");
    writeFileSync(file, "def a(:\n");
    assert.match((await python(["-c", undefinedNames, file])).stderr, /SyntaxError/);
  });
} else test.skip("all of it");

test.run();
