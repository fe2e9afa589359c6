/**
 * Takes secrets out of text that others read: git and Nix repeat the URL of the flake in their output, what a record carries
 * is read by everyone who may read the log, a message may name the server that did not answer, and a seed is easily given
 * where the name of its file belongs. What a seed looks like is said here and nowhere else.
 */

/** Long enough that nothing else in capital letters is one, short enough for one that was cut or mistyped. */
const seedForm = /S[A-Z][A-Z2-7]{40,}/;

/** The letters of NKeys; a seed that is stuck to others is found as well. */
const keyLetters = /[A-Z2-7]{42,}/g;

/** Of a user, an account, an operator, a server, a cluster or a curve key: shown to everyone, and a seed may seem to be in it. */
const publicForm = /^[ACNOUX][A-Z2-7]{55}$/;

const hidden = (word: string): string => (seedForm.test(word) && !publicForm.test(word) ? "S***" : word);

/** Every seed of an NKey in it as `S***`; public keys stay. Never longer than the text. */
export const withoutSeeds = (text: string): string => text.replace(keyLetters, hidden);

/** Whether a seed of an NKey, or most of one, is in it. */
export const holdsSeed = (text: string): boolean => withoutSeeds(text) !== text;

/** Over http and NATS any user may be a token; over ssh the user is an address and only a password is secret. */
export const scrub = (text: string): string =>
  withoutSeeds(text)
    .replace(/((?:https?|nats|tls|wss?|smtps?):\/\/)[^\s/@'"]+@/gi, "$1***@")
    .replace(/((?:ssh|git|file):\/\/[^\s/@:'"]*):[^\s/@'"]+@/gi, "$1:***@");
