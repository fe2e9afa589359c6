/**
 * The commands of `hd`: their names and what each is for. The help of `hd` itself is made from this table alone, without
 * loading a parser, because it is what people wait for most often.
 */
export const groups = ["Deploy", "Look", "Run", "Set up"] as const;

export interface CommandEntry {
  /** One word, or two for a command in a command. */
  readonly name: string;
  readonly group: (typeof groups)[number];
  /** Imperative, without a full stop. */
  readonly summary: string;
}

export const commandTable = [
  { name: "deploy", group: "Deploy", summary: "Deploy a revision on hosts, and watch it happen" },
  { name: "build", group: "Deploy", summary: "Build hosts without deploying them, and watch it happen" },
  { name: "watch", group: "Deploy", summary: "Return to a deployment or a build that goes on" },
  { name: "cancel", group: "Deploy", summary: "End a request on hosts that have not activated it yet" },
  { name: "approve", group: "Deploy", summary: "Let a deployment happen that somebody wished for" },
  { name: "deny", group: "Deploy", summary: "Let a deployment not happen that somebody wished for" },
  { name: "replay", group: "Deploy", summary: "Send a request again at its commit, or rehearse recorded ones" },
  { name: "rollback", group: "Deploy", summary: "Go back to what hosts ran well before" },
  { name: "freeze", group: "Deploy", summary: "Let hosts take no deployment, for a time or until it is lifted" },
  { name: "unfreeze", group: "Deploy", summary: "Let frozen hosts take deployments again" },
  { name: "hosts", group: "Look", summary: "List hosts: who is there, what each runs and does" },
  { name: "status", group: "Look", summary: "Show what hosts run, now or at a time, and which differ from their tier" },
  { name: "diff", group: "Look", summary: "Show what changed on which hosts between two moments" },
  { name: "history", group: "Look", summary: "List deployments, newest first" },
  { name: "builds", group: "Look", summary: "List builds, newest first" },
  { name: "show", group: "Look", summary: "Show one request with everything that came of it" },
  { name: "whoami", group: "Look", summary: "Show who the server takes you for, and what you may do" },
  { name: "doctor", group: "Look", summary: "Check all between here and a working deployment" },
  { name: "verify", group: "Look", summary: "Check that the log is whole, and what its copy has" },
  { name: "export", group: "Look", summary: "Write the log, or a part of it, to a file" },
  { name: "listener", group: "Run", summary: "Serve a host: take requests from the log and deploy" },
  { name: "alerter", group: "Run", summary: "Tell people of what the rules for alerts name, once" },
  { name: "builder", group: "Run", summary: "Build hosts of repositories for who asks, without deploying them" },
  { name: "alerts list", group: "Run", summary: "Show open alerts, and how the ways to people fare" },
  {
    name: "alerts silence",
    group: "Run",
    summary: "Record alerts of a rule or about a host for a time, and send none",
  },
  { name: "alerts ack", group: "Run", summary: "Take an open alert on: no more of the same until it is over" },
  { name: "alerts test", group: "Run", summary: "Show what a rule would have sent over the recorded log" },
  { name: "alerts send-test", group: "Run", summary: "Send a test alert to one sink, and show what it answers" },
  { name: "mcp", group: "Run", summary: "Serve an assistant: look at the fleet, and deploy with its people's word" },
  { name: "init", group: "Set up", summary: "Make a fleet: keys, the server's configuration, NATS contexts" },
  { name: "host add", group: "Set up", summary: "Add a host to the fleet" },
  { name: "host remove", group: "Set up", summary: "Remove a host from the fleet; its records stay" },
  { name: "host rename", group: "Set up", summary: "Give a host another name; its key stays" },
  { name: "user add", group: "Set up", summary: "Let a person or a service do something" },
  { name: "user remove", group: "Set up", summary: "Let a person or a service do nothing any more" },
  { name: "key rotate", group: "Set up", summary: "Give somebody a new key, while the old one still works" },
  { name: "streams apply", group: "Set up", summary: "Create the log on NATS, and a place in it for each host" },
  { name: "streams diff", group: "Set up", summary: "Compare the log on NATS with what it should be" },
  { name: "import", group: "Set up", summary: "Fill an empty log from an export" },
  { name: "up", group: "Set up", summary: "Start a fleet of three hosts to play with, and take a tour" },
] as const satisfies readonly CommandEntry[];

export type CommandName = (typeof commandTable)[number]["name"];
