/** The disk of the state folder is full or read-only: what cannot be written down is not done, and the host recovers. */
import { join } from "node:path";
import type { Fault } from "../support/fault.ts";
import { hold } from "../support/held.ts";
import { machine } from "../support/machine.ts";
import { type Disk, mountDisk, noTmpfs } from "../support/tmpfs.ts";

const diskMebibytes = 8;

const refusing = (name: string, about: string, spoil: (disk: Disk) => void, mend: (disk: Disk) => void): Fault => ({
  name,
  about,
  times: { full: 1, short: 1 },
  cannot: noTmpfs,
  run: async (stage) => {
    const fleet = await stage.fleet();
    const disk = mountDisk(stage, fleet.root("lab1"), diskMebibytes);
    await fleet.listen("lab1");
    spoil(disk);
    const refused = await stage.end(fleet, "lab1", await stage.ask(fleet, "lab1", { revision: "v1" }));
    stage.expect(refused.status === "rejected", `it could not be written down, and ended ${refused.status}`);
    mend(disk);
    const { status } = await stage.end(fleet, "lab1", await stage.ask(fleet, "lab1", { revision: "v1" }));
    stage.expect(status === "completed", `there is room again, and it ended ${status}`);
  },
});

type ToDisk = (disk: Disk, root: string) => void;

const midway = (name: string, about: string, spoil: ToDisk, mend: ToDisk): Fault => ({
  name,
  about,
  times: { full: 1, short: 0 },
  cannot: noTmpfs,
  run: async (stage) => {
    const fleet = await stage.fleet();
    const disk = mountDisk(stage, fleet.root("lab1"), diskMebibytes);
    await fleet.listen("lab1");
    await stage.end(fleet, "lab1", await stage.ask(fleet, "lab1", { revision: "v1" }));
    const held = await hold(stage, fleet, "lab1", { revision: "main" });
    spoil(disk, fleet.root("lab1"));
    await held.open();
    await held.jobEnded();
    mend(disk, fleet.root("lab1"));
    await stage.end(fleet, "lab1", held.seq);
    await held.remove();
    const { status } = await stage.end(fleet, "lab1", await stage.ask(fleet, "lab1", { revision: "main" }));
    stage.expect(status === "completed", `there is room again, and it ended ${status}`);
  },
});

const full = [(disk: Disk) => disk.fill(), (disk: Disk) => disk.empty()] as const;
const readOnly = [(disk: Disk) => disk.setReadOnly(true), (disk: Disk) => disk.setReadOnly(false)] as const;

export const stateFull = refusing("state-full", "the disk of the state folder is full", ...full);
export const stateReadOnly = refusing("state-read-only", "the disk of the state folder is read-only", ...readOnly);
export const stateFullMidway = midway("state-full-midway", "that disk fills up during an activation", ...full);

/** A mount with files that are being written cannot become read-only; what the files themselves forbid, root may not do either. */
const immutable = (sign: "+" | "-") => (_: Disk, root: string) =>
  void machine("chattr", "-R", `${sign}i`, join(root, "journal"));

export const stateReadOnlyMidway = midway(
  "state-read-only-midway",
  "the journals become immutable during an activation",
  immutable("+"),
  immutable("-"),
);

/** What is built lies on a disk of its own; a system is a few KiB, and this build writes 64 MiB. */
export const buildDiskFull: Fault = {
  name: "build-disk-full",
  about: "the disk fills up during the build",
  times: { full: 1, short: 1 },
  cannot: noTmpfs,
  run: async (stage) => {
    const fleet = await stage.fleet();
    mountDisk(stage, `${fleet.root("lab1")}/store`, 4);
    await fleet.listen("lab1");
    const { event } = await stage.end(fleet, "lab1", await stage.ask(fleet, "lab1", { revision: "fills" }));
    stage.expect(event.error === "build_failed", `the disk was full, and it ended ${event.error}`);
    const { status } = await stage.end(fleet, "lab1", await stage.ask(fleet, "lab1", { revision: "v1" }));
    stage.expect(status === "completed", `a build that fits ended ${status}`);
  },
};
