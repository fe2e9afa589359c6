/**
 * What stands in the log, as values: a request, a response, a wish or a word against one, what concerns a build, or something
 * that is none of them. Total: whatever a record holds, reading it gives a value. Who asked and which host speaks come from the subject; a body that says otherwise is not ours.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import {
  type Address,
  parseAskSubject,
  parseRequestSubject,
  parseResponseSubject,
  type StoredAsk,
} from "../lib/contract/address.ts";
import { type Ask, askBody } from "../lib/contract/ask.ts";
import { read } from "../lib/contract/codec.ts";
import { DeployEvent } from "../lib/contract/deploy-event.ts";
import type { HostName, Requester, Tier } from "../lib/contract/names.ts";
import { type RequestBody, requestBody } from "../lib/contract/request-body.ts";
import { RequestId, type Status, type Verb } from "../lib/contract/values.ts";
import { implicitId } from "../lib/router/implicit-id.ts";
import type { Stored } from "../lib/router/ports.ts";
import { type BuildRequest, type BuildResponse, readBuildRequest, readBuildResponse } from "./build-records.ts";

interface Place {
  readonly seq: number;
  /** When the log stored it, in milliseconds since the epoch. */
  readonly atMs: number;
}

export interface RequestRecord extends Place {
  readonly kind: "request";
  readonly requester: Requester;
  readonly address: Address;
  /** The body's id, or the one that listeners give to a request without one. */
  readonly id: RequestId;
  /** What stood behind the address; `undefined`: a plain deployment. */
  readonly verb: Verb | undefined;
  /** What is asked for. Left: why the body is no such request; hosts reject it for the same reason. */
  readonly body: Either<string, RequestBody>;
}

export interface ResponseRecord extends Place {
  readonly kind: "response";
  readonly tier: Tier;
  readonly host: HostName;
  readonly status: Status;
  readonly event: DeployEvent;
}

/** Nobody executes it. */
export interface AskRecord extends Place, StoredAsk {
  readonly kind: "ask";
  readonly ask: Ask;
}

export interface UnreadableRecord extends Place {
  readonly kind: "unreadable";
  readonly subject: string;
  readonly reason: string;
}

/** Of a builder, and of no host. */
export type BuildRequestRecord = BuildRequest & Place;
export type BuildResponseRecord = BuildResponse & Place;

export type LogRecord =
  | RequestRecord
  | ResponseRecord
  | AskRecord
  | BuildRequestRecord
  | BuildResponseRecord
  | UnreadableRecord;

/** The reason of a body that is no JSON. */
export const notJson = "the body is not JSON";

const parseJson = (body: string): Either<string, unknown> => {
  try {
    return right(JSON.parse(body));
  } catch {
    return left(notJson);
  }
};

const idIn = (body: Either<string, unknown>): RequestId | undefined => {
  if (isLeft(body) || typeof body.right !== "object" || body.right === null) return undefined;
  return "id" in body.right ? read(RequestId, body.right.id) : undefined;
};

const readRequest = ({ seq, atMs, subject, body: text }: Stored): RequestRecord | undefined => {
  const stored = parseRequestSubject(subject);
  if (stored === undefined) return undefined;
  const json = parseJson(text);
  const decoded = isLeft(json) ? left([json.left]) : requestBody(stored.verb, json.right);
  const body = isLeft(decoded) ? left(decoded.left.join(". ")) : decoded;
  return { kind: "request", seq, atMs, ...stored, id: idIn(json) ?? implicitId(seq, atMs), body };
};

const readEvent = (subject: string, body: string): Either<string, Omit<ResponseRecord, keyof Place>> => {
  const stored = parseResponseSubject(subject);
  if (stored === undefined) return left("the subject is none of hd's");
  const json = parseJson(body);
  if (isLeft(json)) return json;
  const decoded = DeployEvent.lenient(json.right);
  if (isLeft(decoded)) return left(decoded.left.join(". "));
  const { hostname, status } = decoded.right;
  if (hostname !== stored.host || status !== stored.status) {
    return left(`the body says ${hostname} ${status}, the subject ${stored.host} ${stored.status}`);
  }
  return right({ kind: "response", ...stored, event: decoded.right });
};

const readAsk = (stored: StoredAsk, body: string): Either<string, Omit<AskRecord, keyof Place>> => {
  const json = parseJson(body);
  if (isLeft(json)) return json;
  const ask = askBody(json.right);
  return isLeft(ask) ? left(ask.left.join(". ")) : right({ kind: "ask", ...stored, ask: ask.right });
};

/** `undefined`: its subject is none of a build's. */
const readBuild = ({ seq, atMs, subject, body }: Stored) => {
  const json = parseJson(body);
  const request = readBuildRequest(subject, json, idIn(json) ?? implicitId(seq, atMs));
  return request === undefined ? readBuildResponse(subject, json) : right(request);
};

const readOther = (stored: Stored) => {
  const { subject, body } = stored;
  const asked = parseAskSubject(subject);
  return asked === undefined ? (readBuild(stored) ?? readEvent(subject, body)) : readAsk(asked, body);
};

/** Never throws: what is nothing of ours is `unreadable`, with the reason. */
export const readRecord = (stored: Stored): LogRecord => {
  const { seq, atMs, subject } = stored;
  const request = readRequest(stored);
  if (request !== undefined) return request;
  const other = readOther(stored);
  return isLeft(other) ? { kind: "unreadable", seq, atMs, subject, reason: other.left } : { ...other.right, seq, atMs };
};
