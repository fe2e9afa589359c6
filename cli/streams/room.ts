/** How full the log is, as `hd streams diff` tells it below the settings, and to programs with the stream that it is about. */
import { map, type TaskEither } from "fp-ts/lib/TaskEither.js";
import type { Failure } from "../../lib/contract/failure.ts";
import { logStream } from "../../lib/contract/log-names.ts";
import { instant } from "../../lib/contract/values.ts";
import type { FoundStream, Provisioner } from "../../lib/router/provisioner.ts";
import { type Room, roomOf } from "../../streams/room.ts";
import { whole } from "../print/json.ts";
import type { Paint } from "../print/paint.ts";
import { growthText, moreRoom, shareText } from "../print/room-text.ts";

/** `undefined`: there is no log. */
export const roomIn = ({ stream }: Pick<Provisioner, "stream">, nowMs: number): TaskEither<Failure, Room | undefined> =>
  map((found: FoundStream | undefined) => found && roomOf(found, nowMs))(stream(logStream));

/** The rest of a page. */
export const roomLines = (room: Room, paint: Paint): string => {
  const records = `${room.records} record${room.records === 1 ? "" : "s"}`;
  const growth = growthText(room) ?? "too young to say how it grows";
  const told = `\n${logStream}: ${shareText(room)}, ${records}; ${growth}\n`;
  if (room.state === "free") return told;
  return `${(room.state === "full" ? paint.red : paint.yellow)(`${told}The log is ${room.state}. ${moreRoom}`)}\n`;
};

export const roomDocument = ({ state, fullAtMs, share, ...sizes }: Room): object =>
  whole({
    ...sizes,
    percent: Math.round(share * 100),
    fullAt: fullAtMs === undefined ? undefined : instant(fullAtMs),
    state: state.replace(" ", "_"),
  });
