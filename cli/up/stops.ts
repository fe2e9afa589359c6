/**
 * The stops of the tour: what is typed, what it shows, and how it has to end. The tour runs the real commands, so a stop
 * that ends otherwise is a fault of hd or of the machine, and makes `hd up --once` fail.
 */

export interface Stop {
  readonly title: string;
  /** The words after `hd`. */
  readonly words: readonly string[];
  readonly exit: number;
}

/** How each deployment of the tour has to stand in the log at its end, oldest first. */
export interface Expected {
  readonly host: string;
  readonly status: "completed" | "failed";
  readonly error: "build_failed" | null;
  /** The hosts have a list of trusted keys. */
  readonly proof: "signed";
}

const completed = (host: string): Expected => ({ host, status: "completed", error: null, proof: "signed" });

export const stops: readonly Stop[] = [
  {
    title: "One host takes a tag.",
    words: ["deploy", "test/lab1", "--revision", "v1", "--reason", "try it in the lab"],
    exit: 0,
  },
  {
    title: "All hosts of a tier with a role take it; each host decides and works by itself.",
    words: ["deploy", "prod/role/web", "--revision", "v1", "--reason", "the lab is fine"],
    exit: 0,
  },
  {
    title: "Everything, in two tiers, takes the newest commit of the branch main.",
    words: ["deploy", "prod/all", "test/all", "--revision", "main", "--reason", "greet more warmly"],
    exit: 0,
  },
  {
    title: "A revision that does not build: the host says why, and goes on with what it runs.",
    words: ["deploy", "test/lab1", "--revision", "broken", "--reason", "this one is broken on purpose"],
    exit: 1,
  },
  { title: "Who is there, and what runs where, since when, by whom.", words: ["hosts"], exit: 0 },
  {
    title: "What happened, and that each request was signed: read back from the log, newest first.",
    words: ["history"],
    exit: 0,
  },
];

export const expected: readonly Expected[] = [
  completed("lab1"),
  completed("web1"),
  completed("web2"),
  completed("web1"),
  completed("web2"),
  completed("lab1"),
  { host: "lab1", status: "failed", error: "build_failed", proof: "signed" },
];
