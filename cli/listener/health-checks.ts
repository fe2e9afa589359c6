/**
 * The health checks of a host, from the file that its listener is given. What a host would not check because of a misspelt word
 * could go unnoticed until it matters, so the file is read strictly, and everything that is wrong with it is told at once.
 */
import { readFileSync } from "node:fs";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { causeOf } from "../../lib/contract/cause-of.ts";
import { HealthCheck } from "../../lib/contract/health-check.ts";
import { plain } from "../../lib/contract/plain.ts";
import { nearest } from "../work/nearest.ts";

/** An order keeps them all. */
const mostChecks = 32;

const fields = Object.keys(HealthCheck.fields);
const kinds = ["command", "tcp", "http"] as const;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const strangers = (entry: Readonly<Record<string, unknown>>): readonly string[] =>
  Object.keys(entry)
    .filter((key) => !fields.includes(key))
    .map((key) => {
      // Who leaves out the unit of a time has not come near it by letters.
      const near = fields.find((field) => field === `${key}_ms`) ?? nearest(key, fields, 1)[0];
      const instead = near === undefined ? `; known are ${fields.join(", ")}` : ` (did you mean ${near}?)`;
      return `${plain(key, 60)} is not a field${instead}`;
    });

/** What no try could ever reach: each deployment would be rolled back by it. */
const unreachable = ({ tcp, http }: HealthCheck): readonly string[] => [
  ...(tcp !== undefined && Number(tcp.slice(tcp.lastIndexOf(":") + 1)) > 65_535
    ? ["tcp: has no port from 1 to 65535"]
    : []),
  ...(http !== undefined && !URL.canParse(http) ? ["http: is no address that can be asked"] : []),
];

/** What its fields, each good by itself, say together. */
const together = (entry: Readonly<Record<string, unknown>>): readonly string[] => {
  const named = kinds.filter((kind) => entry[kind] !== undefined);
  const { command } = entry;
  return [
    ...(named.length === 1
      ? []
      : [`has ${named.length === 0 ? "none" : named.join(" and ")} of ${kinds.join(", ")}; give exactly one`]),
    ...(Array.isArray(command) && (command.length === 0 || command[0] === "")
      ? ["command: must begin with a program"]
      : []),
    ...(entry["status"] !== undefined && entry["http"] === undefined ? ["status: belongs to http"] : []),
  ];
};

const decodeOne = (entry: unknown): Either<readonly string[], HealthCheck> => {
  if (!isObject(entry)) return left(["must be an object"]);
  const known = Object.fromEntries(Object.entries(entry).filter(([key]) => fields.includes(key)));
  const decoded = HealthCheck.strict(known);
  const wrong = [
    ...strangers(entry),
    ...(isLeft(decoded) ? decoded.left : unreachable(decoded.right)),
    ...together(entry),
  ];
  return isLeft(decoded) || wrong.length > 0 ? left(wrong) : decoded;
};

const label = (entry: unknown, index: number): string => {
  const name = isObject(entry) ? entry["name"] : undefined;
  return typeof name === "string" ? `check ${index + 1} ("${plain(name, 60)}")` : `check ${index + 1}`;
};

/** Left: everything that is wrong, each as a clause. @internal */
export const decodeHealthChecks = (value: unknown): Either<readonly string[], readonly HealthCheck[]> => {
  if (!Array.isArray(value)) return left(["it must be a list of checks"]);
  const decoded = value.map((entry: unknown) => decodeOne(entry));
  const good = decoded.flatMap((one) => (isLeft(one) ? [] : [one.right]));
  const twice = good.map(({ name }) => name).filter((name, index, names) => names.indexOf(name) !== index);
  const wrong = [
    ...(value.length > mostChecks ? [`it has ${value.length} checks; at most ${mostChecks} are kept`] : []),
    ...decoded.flatMap((one, n) => (isLeft(one) ? one.left.map((why) => `${label(value[n], n)}: ${why}`) : [])),
    ...[...new Set(twice)].map((name) => `the name "${name}" is used more than once`),
  ];
  return wrong.length > 0 ? left(wrong) : right(good);
};

const parsed = (file: string): Either<string, unknown> => {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return right(value);
  } catch (thrown) {
    return left(`cannot be read: ${causeOf(thrown)}`);
  }
};

/** None without a file. Left: what is wrong with the file, as clauses that begin with its name. */
export const readHealthChecks = (file: string | undefined): Either<string, readonly HealthCheck[]> => {
  if (file === undefined) return right([]);
  const value = parsed(file);
  if (isLeft(value)) return left(`the health checks in ${file} ${value.left}`);
  const checks = decodeHealthChecks(value.right);
  return isLeft(checks) ? left(`the health checks in ${file} do not fit: ${checks.left.join("; ")}`) : checks;
};
