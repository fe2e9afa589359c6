/** Builds that misbehave: each ends in time, as what it was, and leaves no process on the host. */
import { eventually } from "../../support/collector.ts";
import type { Fleet } from "../../support/fleet.ts";
import type { Fault, Stage } from "../support/fault.ts";
import { processesOf } from "../support/host-tree.ts";

const noBuildLeft = (fleet: Fleet, listener: number): Promise<true> =>
  eventually("nothing of the build is left", async () =>
    processesOf(fleet.root("lab1")).every((pid) => pid === listener) ? true : undefined,
  );

const endsLate = (revision: string, about: string, isShort: boolean): Fault => ({
  name: `build-${revision}`,
  about,
  times: { full: 1, short: isShort ? 1 : 0 },
  run: async (stage) => {
    const fleet = await stage.fleet({ words: ["--build-timeout", "1"] });
    const [listener] = await fleet.listen("lab1");
    const { event } = await stage.end(fleet, "lab1", await stage.ask(fleet, "lab1", { revision }));
    stage.expect(event.error === "timeout", `a build without an end ended ${event.error}: ${event.message}`);
    await noBuildLeft(fleet, listener?.pid ?? 0);
    await works(stage, fleet);
  },
});

/** The host is not busy, and deploys. */
const works = async (stage: Stage, fleet: Fleet): Promise<void> => {
  const { status, event } = await stage.end(fleet, "lab1", await stage.ask(fleet, "lab1", { revision: "v1" }));
  stage.expect(status === "completed", `the deployment after it ended ${event.message}`);
};

export const buildHangs = endsLate("hangs", "a build that hangs", true);
export const buildDeaf = endsLate("deaf", "a build that ignores SIGTERM", false);
export const buildForks = endsLate("forks", "a build that hangs in two dozen processes", false);

export const buildFloods: Fault = {
  name: "build-floods",
  about: "a build that floods its output, 1 GB of it (64 MB in the short form)",
  times: { full: 1, short: 1 },
  run: async (stage) => {
    const fleet = await stage.fleet();
    await fleet.listen("lab1");
    const revision = stage.isShort ? "floods-64" : "floods-1024";
    const { status, event } = await stage.end(fleet, "lab1", await stage.ask(fleet, "lab1", { revision }));
    stage.expect(status === "completed", `it built, and ended ${event.message}`);
    await works(stage, fleet);
  },
};
