/**
 * The trusted keys of a listener, as their file has them at the moment: it is read again when it has changed, so that a key
 * is added or taken away without a restart. A file that others may write is refused, because whoever writes it says who may
 * deploy; and one that cannot be read trusts nobody, not those of the version before.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats, statSync } from "node:fs";
import { type Either, isLeft, left } from "fp-ts/lib/Either.js";
import { causeOf } from "../contract/cause-of.ts";
import type { PublicKey } from "../contract/signature.ts";
import { decodeTrustedKeys, type TrustedKeys } from "../contract/trusted-keys.ts";

/** Thousands of keys. */
const mostBytes = 4 * 1024 * 1024;

const sentence = (path: string, why: string, remedy: string): string => `The trusted keys in ${path} ${why}. ${remedy}`;

const unusable = (path: string, stat: Stats): string | undefined => {
  if (!stat.isFile()) return sentence(path, "are not in a file", "Name the file with --trusted-keys.");
  if (stat.uid !== 0 && stat.uid !== process.geteuid?.())
    return sentence(path, `belong to user ${stat.uid}, who could change them`, `Run: chown root ${path}`);
  const mode = (stat.mode & 0o777).toString(8).padStart(4, "0");
  if ((stat.mode & 0o022) !== 0)
    return sentence(path, `can be changed by others (mode ${mode})`, `Run: chmod go-w ${path}`);
  return stat.size > mostBytes
    ? sentence(path, `are larger than ${mostBytes} bytes`, "Take out what is not needed.")
    : undefined;
};

const parse = (path: string, contents: string, isKey: (key: PublicKey) => boolean): Either<string, TrustedKeys> => {
  const mend = "Mend the file; until then this host trusts nobody.";
  let value: unknown;
  try {
    value = JSON.parse(contents);
  } catch (thrown) {
    return left(sentence(path, `are not JSON (${causeOf(thrown)})`, mend));
  }
  const decoded = decodeTrustedKeys(value, isKey);
  return isLeft(decoded) ? left(sentence(path, `are wrong: ${decoded.left.join("; ")}`, mend)) : decoded;
};

/** Checked on the open file, so that what is checked is what is read. */
const load = (path: string, isKey: (key: PublicKey) => boolean): Either<string, TrustedKeys> => {
  // Without waiting: a pipe that nobody writes to would never open.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const why = unusable(path, fstatSync(fd));
    return why === undefined ? parse(path, readFileSync(fd, "utf8"), isKey) : left(why);
  } finally {
    closeSync(fd);
  }
};

/** Nanoseconds, because a file can be written twice within a millisecond. */
const versionOf = (path: string): string => {
  const { dev, ino, size, mode, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
  return [dev, ino, size, mode, mtimeNs, ctimeNs].join(" ");
};

/** Left: why they cannot be used, as a sentence. Never throws; reads the file when it is not the one it was. */
export const trustedKeysFile = (
  path: string,
  isKey: (key: PublicKey) => boolean,
): (() => Either<string, TrustedKeys>) => {
  let [version, known]: [string, Either<string, TrustedKeys>] = ["", left("")];
  return () => {
    try {
      const found = versionOf(path);
      if (found !== version) [known, version] = [load(path, isKey), found];
      return known;
    } catch (thrown) {
      version = "";
      return left(sentence(path, `cannot be read (${causeOf(thrown)})`, "Until they can, this host trusts nobody."));
    }
  };
};
