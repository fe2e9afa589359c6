/**
 * Takes credentials out of URLs in text that others read: git and Nix repeat the URL of the flake in their output, what a
 * record carries is read by everyone who may read the log, and a message may name the server that did not answer.
 */

/** Over http and NATS any user may be a token; over ssh the user is an address and only a password is secret. */
export const scrub = (text: string): string =>
  text
    .replace(/((?:https?|nats|tls|wss?):\/\/)[^\s/@'"]+@/gi, "$1***@")
    .replace(/((?:ssh|git|file):\/\/[^\s/@:'"]*):[^\s/@'"]+@/gi, "$1:***@");
