/**
 * The single values that requests and responses are made of. A pattern here is a security boundary: a revision, a
 * store path or a reply subject that passes is later put into an argv, a path or a publish.
 */
import { type Codec, choice, integer, prose, type Text, text } from "./codec.ts";

export const Action = choice("Action", ["switch", "boot", "test", "dry-activate"]);
export type Action = "switch" | "boot" | "test" | "dry-activate";

/** `applied` answers a control request: what it asks for holds on the host from then on. */
export const Status = choice("Status", ["accepted", "rejected", "started", "completed", "failed", "applied"]);
export type Status = "accepted" | "rejected" | "started" | "completed" | "failed" | "applied";

/**
 * What may stand behind an address, so that permissions can tell it from a plain request: control of what is asked there
 * (`cancel`, `freeze`, `unfreeze`), or a deployment in spite of a freeze (`override`).
 */
export const Verb = choice("Verb", ["cancel", "freeze", "unfreeze", "override"]);
export type Verb = "cancel" | "freeze" | "unfreeze" | "override";

/** The verbs that ask for no deployment. */
export type Control = Exclude<Verb, "override">;

/** `undefined`: a deployment is asked for. */
export const controlOf = (verb: Verb | undefined): Control | undefined => (verb === "override" ? undefined : verb);

/** A request has ended on a host when its last record has one of these. */
export const isTerminal = (status: Status): boolean =>
  status === "completed" || status === "failed" || status === "rejected" || status === "applied";

/** How sure a host is of who asked: it verified the requester's signature, NATS let the name in, or there is no name. */
export const Proof = choice("Proof", ["signed", "named", "unnamed"]);
export type Proof = "signed" | "named" | "unnamed";

export const Phase = choice("Phase", ["resolve", "build", "activate", "verify", "rollback"]);
export type Phase = "resolve" | "build" | "activate" | "verify" | "rollback";

/** How far a build is. */
export const BuildStatus = choice("BuildStatus", ["accepted", "rejected", "started", "completed", "failed"]);
export type BuildStatus = "accepted" | "rejected" | "started" | "completed" | "failed";

/** A build has ended when its last record has one of these. */
export const isBuildEnd = (status: BuildStatus): boolean =>
  status === "completed" || status === "failed" || status === "rejected";

export const BuildPhase = choice("BuildPhase", ["resolve", "build"]);
export type BuildPhase = "resolve" | "build";

/** What became of one host of a build. */
export const BuildOutcome = choice("BuildOutcome", ["built", "failed", "skipped"]);
export type BuildOutcome = "built" | "failed" | "skipped";

/** Like git's check-ref-format, and stricter: nothing that a command line, a flake reference or a shell could read otherwise. */
export type Revision = Text<"Revision">;
export const Revision: Codec<Revision> = text("Revision", {
  pattern: /^(?!.*(?:\.\.|\/\/|\/\.|\.lock(?:\/|$)|[./]$))[A-Za-z0-9_][A-Za-z0-9._/+@-]*$/,
  maxLength: 255,
  sentence:
    "a branch, tag or commit (letters, digits, . _ / + @ and -, at most 255; it begins with a letter, a digit or _, does not end in . or / or .lock, and has no .. or // or /. within)",
});

export type Commit = Text<"Commit">;
export const Commit: Codec<Commit> = text("Commit", {
  pattern: /^[0-9a-f]{40}$/,
  maxLength: 40,
  sentence: "a commit of 40 hex digits",
});

/** Base-32 alphabet and length of the hash are Nix's. */
export type StorePath = Text<"StorePath">;
export const StorePath: Codec<StorePath> = text("StorePath", {
  pattern: /^\/nix\/store\/[0-9a-df-np-sv-z]{32}-[A-Za-z0-9+._?=-]+$/,
  maxLength: 255,
  sentence: "a path in /nix/store",
});

/** A client's own key of a request, for safe retries; what hd makes is a ULID. */
export type RequestId = Text<"RequestId">;
export const RequestId: Codec<RequestId> = text("RequestId", {
  pattern: /^[A-Za-z0-9][A-Za-z0-9_-]*$/,
  maxLength: 64,
  sentence: "an id of letters, digits, - and _, at most 64",
});

/** Nothing else may be named as a reply subject, so that no request can make a host publish elsewhere. */
export type ReplyTo = Text<"ReplyTo">;
export const ReplyTo: Codec<ReplyTo> = text("ReplyTo", {
  pattern: /^deploy\.responses\.[A-Za-z0-9_-]+$/,
  maxLength: 128,
  sentence: "deploy.responses.<token>",
});

const leapYear = String.raw`(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)`;
const noSuchDay = String.raw`\d{4}-02-3|\d{4}-(?:0[469]|11)-31|(?!${leapYear})\d{4}-02-29`;
const date = String.raw`(?!${noSuchDay})\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])`;
const hoursMinutes = String.raw`(?:[01]\d|2[0-3]):[0-5]\d`;

/** Only moments that exist: Date would read 31 February as 3 March. */
export type Instant = Text<"Instant">;
export const Instant: Codec<Instant> = text("Instant", {
  pattern: new RegExp(String.raw`^${date}T${hoursMinutes}:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-]${hoursMinutes})$`),
  maxLength: 40,
  sentence: "a time as in RFC 3339, such as 2026-01-31T12:00:00Z",
});

/** The instant as it stands on the wire: UTC, with milliseconds. */
export const instant = (atMs: number): Instant => new Date(atMs).toISOString() as Instant;

/** A failure code; a newer peer may send one that our table does not have yet. */
export const ErrorCode = text("ErrorCode", { pattern: /^[a-z][a-z_]*$/, maxLength: 64, sentence: "a failure code" });

export const Sequence = integer("Sequence", 1, Number.MAX_SAFE_INTEGER);
export const Millis = integer("Millis", 0, Number.MAX_SAFE_INTEGER);
export const Generation = integer("Generation", 0, Number.MAX_SAFE_INTEGER);
export const Reason = prose("Reason", 1000);
/** Where a reason is asked for, blanks are none. */
export const isBlank = (reason: string | undefined): boolean => reason === undefined || reason.trim() === "";
export const messageLength = 8000;
export const Message = prose("Message", messageLength);
export const LogLine = prose("LogLine", 2000);
export const Version = text("Version", {
  pattern: /^[A-Za-z0-9][A-Za-z0-9.+-]*$/,
  maxLength: 64,
  sentence: "a version",
});

/** As systemd allows it; where a request names units, `*` stands for any characters. */
export type UnitName = Text<"UnitName">;
export const UnitName: Codec<UnitName> = text("UnitName", {
  pattern: /^[A-Za-z0-9:_.\\@*-]+$/,
  maxLength: 255,
  sentence: "a unit of systemd, such as nginx.service; * stands for any characters",
});

/** What a program calls itself, with its version: its own words, which prove nothing. On one line. */
export const ClientName = text("ClientName", {
  pattern: /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+$/u,
  maxLength: 100,
  sentence: "a program's name of at most 100 characters, on one line",
});

export const ToolName = text("ToolName", {
  pattern: /^[a-z][a-z0-9_]*$/,
  maxLength: 40,
  sentence: "a tool's name (small letters, digits and _, at most 40)",
});

/** `elicitation`: asked by the program and answered in it. A newer peer may have other ways. */
export const Confirmed = text("Confirmed", {
  pattern: /^[a-z][a-z_-]*$/,
  maxLength: 40,
  sentence: "a way to confirm, such as elicitation",
});
