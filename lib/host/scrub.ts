/**
 * Takes credentials out of URLs in text that leaves the host: git and Nix repeat the URL of the flake in their output, and
 * what a record carries is read by everyone who may read the log.
 */

/** Over http any user may be a token; over ssh the user is an address and only a password is secret. */
export const scrub = (text: string): string =>
  text
    .replace(/(https?:\/\/)[^\s/@'"]+@/gi, "$1***@")
    .replace(/((?:ssh|git|file):\/\/[^\s/@:'"]*):[^\s/@'"]+@/gi, "$1:***@");
