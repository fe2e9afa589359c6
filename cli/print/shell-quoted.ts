/** Words of commands that are printed to be typed again. */

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** Means the same to a shell as the word does; a word that means itself stays as it is. */
export const shellQuoted = (word: string): string => (/^[\w./:=,@%+-]+$/.test(word) ? word : quoted(word));
