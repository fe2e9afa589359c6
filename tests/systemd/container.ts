/**
 * A machine with systemd as PID 1, in a container whose root is an overlay of this machine's own: node, git and the project are
 * there, and whatever is changed goes with it. It needs root, overlayfs, and `systemd-nspawn` and Nix as packages of the
 * distribution, which are unpacked into the overlay and never installed. Its network is its own.
 */
import { execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "../support/collector.ts";

const run = (program: string, words: readonly string[], cwd?: string): string =>
  execFileSync(program, words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], cwd });

const has = (program: string): boolean => {
  try {
    run("sh", ["-c", `command -v ${program}`]);
    return true;
  } catch {
    return false;
  }
};

/** Why there can be none here; `undefined`: nothing speaks against it. */
export const noContainer = (): string | undefined => {
  if (process.getuid?.() !== 0) return "it takes root";
  if (!readFileSync("/proc/filesystems", "utf8").includes("overlay")) return "there is no overlayfs";
  const missing = ["apt-get", "dpkg-deb", "nsenter", "mount"].filter((program) => !has(program));
  if (missing.length > 0) return `it uses ${missing.join(" and ")}, which is not here`;
  return existsSync("/lib/systemd/systemd") ? undefined : "there is no systemd to boot";
};

export interface Container {
  /** A command inside, with this process's output; its exit code. */
  readonly run: (argv: readonly [string, ...string[]]) => Promise<number>;
  readonly stop: () => Promise<void>;
}

export interface Bind {
  readonly from: string;
  readonly to: string;
}

const mostBytes = 1024 ** 3;

const packages = ["systemd-container", "nix-bin"] as const;

/** Those that are not on this machine, with what they need and is not there either. */
const unpackInto = (root: string, scratch: string): void => {
  mkdirSync(scratch);
  const plan = run("apt-get", ["install", "--simulate", "--no-install-recommends", ...packages]);
  const names = [...plan.matchAll(/^Inst (\S+)/gm)].map(([, name = ""]) => name);
  if (names.length > 0) run("apt-get", ["-o", "APT::Sandbox::User=root", "download", ...names], scratch);
  for (const file of readdirSync(scratch)) {
    const input = execFileSync("dpkg-deb", ["--fsys-tarfile", join(scratch, file)], { maxBuffer: mostBytes });
    // dpkg-deb itself would put a folder in the place of the link /lib, and nothing would run any more.
    execFileSync("tar", ["--extract", "--keep-directory-symlink", "--directory", root], { input });
  }
};

const nixConf = `build-users-group =
sandbox = false
substituters =
flake-registry =
experimental-features = nix-command flakes
warn-dirty = false
`;

/** Services of the machine itself stay off: they would only make the boot slow. */
const maskServices = (root: string): void => {
  const dir = join(root, "etc/systemd/system");
  mkdirSync(dir, { recursive: true });
  const wants = join(dir, "multi-user.target.wants");
  const own = existsSync(wants) ? readdirSync(wants) : [];
  const others = ["apt-daily.timer", "apt-daily-upgrade.timer", "systemd-networkd.service", "systemd-resolved.service"];
  for (const unit of [...own, ...others, "systemd-timesyncd.service"]) {
    rmSync(join(dir, unit), { force: true });
    symlinkSync("/dev/null", join(dir, unit));
  }
};

const childOf = (pid: number): number | undefined => {
  const [first] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  return first ? Number(first) : undefined;
};

const insideEnv = [
  "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  ...["HOME=/root", "TERM=dumb", "LANG=C.UTF-8"],
];

const bootMs = 20_000;

export const startContainer = async (binds: readonly Bind[]): Promise<Container> => {
  const dir = mkdtempSync(join(tmpdir(), "hd-systemd-"));
  const root = join(dir, "root");
  for (const name of ["upper", "work", "root"]) mkdirSync(join(dir, name));
  const options = `lowerdir=/,upperdir=${join(dir, "upper")},workdir=${join(dir, "work")}`;
  run("mount", ["-t", "overlay", "overlay", "-o", options, root]);
  const undo: (() => void)[] = [
    () => rmSync(dir, { recursive: true, force: true }),
    // Before anything is removed: what is below a mount that is still there is the machine's own.
    () => void run("umount", [root]),
  ];
  const end = () => {
    while (undo.length > 0) undo.pop()?.();
  };
  process.once("exit", end);
  unpackInto(root, join(dir, "packages"));
  maskServices(root);
  writeFileSync(join(root, "etc/machine-id"), `${randomUUID().replaceAll("-", "")}\n`);
  mkdirSync(join(root, "etc/nix"), { recursive: true });
  writeFileSync(join(root, "etc/nix/nix.conf"), nixConf);
  const log = openSync(join(dir, "log"), "a");
  const nspawn = spawn(
    join(root, "usr/bin/systemd-nspawn"),
    [
      ...["-D", root, `--machine=hd${process.pid}`, "--register=no", "--keep-unit", "--private-network"],
      ...["--console=pipe", ...binds.map(({ from, to }) => `--bind-ro=${from}:${to}`), "--boot"],
    ],
    { detached: true, stdio: ["ignore", log, log], env: { ...process.env, SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: "1" } },
  );
  const exited = new Promise<void>((resolve) => nspawn.once("exit", () => resolve()));
  undo.push(() => void nspawn.kill("SIGKILL"));
  const enter = (argv: readonly string[]): readonly [string, string[]] => [
    "nsenter",
    ["-t", `${childOf(nspawn.pid ?? 0)}`, "-a", "--", "env", "-i", ...insideEnv, ...argv],
  ];
  const state = (): string => {
    try {
      return run(...enter(["systemctl", "is-system-running"]));
    } catch (error) {
      // It exits with 1 as long as anything is not as it should be.
      return error instanceof Error && "stdout" in error ? `${error.stdout}` : "";
    }
  };
  await eventually("booted", async () => /^(?:running|degraded)/.test(state()) || undefined, bootMs).catch(() => {
    throw new Error(`systemd did not boot:\n${readFileSync(join(dir, "log"), "utf8")}`);
  });
  return {
    run: (argv) =>
      new Promise((resolve, reject) => {
        const [program, words] = enter(argv);
        const child = spawn(program, words, { stdio: ["ignore", "inherit", "inherit"] });
        child.once("error", reject);
        child.once("close", (code) => resolve(code ?? 1));
      }),
    stop: async () => {
      const leader = childOf(nspawn.pid ?? 0);
      if (leader !== undefined) process.kill(leader, "SIGKILL");
      await exited;
      end();
    },
  };
};
