/**
 * A record without what people or programs wrote freely, which may be secret or personal: of its body there remains what the
 * contract knows and what can hold no such text; of its headers the message id. Names stay: subjects hold them, too.
 */
import { isLeft, isRight } from "fp-ts/lib/Either.js";
import { Denial, Wish } from "../lib/contract/ask.ts";
import { BuildEvent, BuiltHost } from "../lib/contract/build-event.ts";
import { DeployEvent } from "../lib/contract/deploy-event.ts";
import { build } from "../lib/contract/routes/build.ts";
import { cancel } from "../lib/contract/routes/cancel.ts";
import { deploy } from "../lib/contract/routes/deploy.ts";
import { freeze } from "../lib/contract/routes/freeze.ts";
import { unfreeze } from "../lib/contract/routes/unfreeze.ts";
import type { Fields } from "../lib/contract/struct.ts";
import type { RawRecord, SentHeaders } from "../lib/router/records.ts";

const instead = "[redacted]";

const inputs = [deploy, cancel, freeze, unfreeze, build].map(({ input }) => input);

const known = [DeployEvent, BuildEvent, ...inputs, Wish, Denial].map(({ fields }): Fields => fields);

/** Of these the codec takes any text. */
const free: readonly string[] = ["message", "reason", "log_tail", "client", "left_out"];

/** A value that does not fit the contract is free text, whatever its name. */
const isClosed = (name: string, value: unknown): boolean =>
  !free.includes(name) &&
  known.some((fields) => {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return field !== undefined && isRight(field.codec.type.decode(value));
  });

/** Why it failed was written by whoever wrote the configuration. */
const redactedHost = (value: unknown): unknown => {
  const decoded = BuiltHost.lenient(value);
  if (isLeft(decoded)) return instead;
  const { message: _, ...rest } = decoded.right;
  return rest;
};

const redactedValue = (name: string, value: unknown): unknown => {
  if (name === "host") return redactedHost(value);
  if (name === "results" && Array.isArray(value)) return value.map(redactedHost);
  if (isClosed(name, value)) return value;
  return Array.isArray(value) ? [instead] : instead;
};

/** A name that nobody knows may be a text of somebody's as well. */
const isKnown = ([name]: readonly [string, unknown]): boolean => known.some((fields) => Object.hasOwn(fields, name));

const redactedBody = (body: string): string => {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body, "latin1").toString());
  } catch {
    return instead;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return instead;
  const fields = Object.entries(value).filter(isKnown);
  const text = JSON.stringify(Object.fromEntries(fields.map(([name, one]) => [name, redactedValue(name, one)])));
  return Buffer.from(text).toString("latin1");
};

/** A signature would be of another body. */
const redactedHeaders = (headers: SentHeaders): SentHeaders =>
  new Map([...headers].filter(([name]) => name === "Nats-Msg-Id"));

export const redacted = (record: RawRecord): RawRecord => ({
  ...record,
  headers: redactedHeaders(record.headers),
  body: redactedBody(record.body),
});
