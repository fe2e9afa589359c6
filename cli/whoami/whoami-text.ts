/** Who one is, for people: a line for each part with what gave it, and then what one may do. */
import { type Abilities, abilityWords, otherNames } from "../../lib/contract/may-do.ts";
import { plain } from "../../lib/contract/plain.ts";
import type { Identified, Inspection } from "../../lib/router/inspection.ts";
import type { Connection } from "../env.ts";
import { type TableOptions, table } from "../print/table.ts";

export interface Known {
  readonly connection: Connection;
  readonly inspection: Pick<Inspection, "server" | "shown">;
  /** `undefined`: the identity may not ask. */
  readonly identified: Identified | undefined;
  /** `undefined`: not told. */
  readonly may: Abilities | "anything" | undefined;
}

type Row = readonly [what: string, is: string, from: string];

const untold = "the server does not say: this identity may not ask it";

const words = ({ may }: Known): readonly string[] => {
  if (may === undefined) return [untold];
  if (may === "anything") return ["anything: this server sets no limits"];
  const known = abilityWords(may);
  return known.length === 0 ? ["nothing that hd does"] : known;
};

const serverRow = ({ inspection: { server }, connection: { origins } }: Known): Row => {
  const tls = server.encrypted ? "over TLS" : "not encrypted";
  return ["server", `${server.url}, nats-server ${server.version}, ${tls}`, origins.servers];
};

const rows = (known: Known): readonly Row[] => {
  const { connection, inspection, identified } = known;
  const { origins } = connection;
  return [
    serverRow(known),
    ...(origins.tls === "default" ? [] : [["TLS", "files named", origins.tls] as const]),
    ["account", identified?.account ?? untold, "the server"],
    ["identity", identified?.user ?? inspection.shown ?? "nobody in particular", origins.credentials],
    ["requester", connection.requester, origins.requester],
    ...words(known).map((clause, n): Row => [n === 0 ? "may" : "", clause, ""]),
  ];
};

/** What a server or a file said may be in it. */
const shown = (row: Row): readonly string[] => row.map((cell) => plain(cell, 1_000));

const notes = ({ may, connection }: Known): string => {
  const { requester, passedOver } = connection;
  const others = may === undefined || may === "anything" ? undefined : otherNames(may);
  return [
    ...(others === undefined
      ? []
      : [
          `This key may not deploy as ${requester}, but as ${others}: give --as <name>, or set HOMELAB_DEPLOY_REQUESTER.`,
        ]),
    ...(passedOver === undefined ? [] : [`A NATS context is not used: ${passedOver}.`]),
  ]
    .map((note) => `\n${note}\n`)
    .join("");
};

export const whoamiText = (known: Known, options: TableOptions): string =>
  `${table(["WHAT", "IS", "FROM"], rows(known).map(shown), options)}${notes(known)}`;
