/** The page that says what each role may publish and subscribe to, made from the very permissions that a server is given. */
import { allAddress, hostAddress, roleAddress } from "../lib/contract/address.ts";
import type { HostName, Requester, Role, Tier } from "../lib/contract/names.ts";
import { type Identity, type Permissions, permissionsOf } from "../lib/contract/permissions.ts";

const [host, tier, name] = ["<host>" as HostName, "<tier>" as Tier, "<name>" as Requester];
const addresses = [hostAddress(tier, host), allAddress(tier), roleAddress(tier, "<role>" as Role)];

interface RoleOfPage {
  readonly title: string;
  readonly identity: Identity;
  readonly about: string;
}

const roles: readonly RoleOfPage[] = [
  {
    title: "host",
    identity: { kind: "host", hostname: host, addresses },
    about: "Takes the requests that are addressed to it, answers for itself, and finds its own newest records.",
  },
  {
    title: "deployer, admin",
    identity: { kind: "deployer", requester: name, tiers: [tier] },
    about: "Asks in its own name, in its tiers (an admin: in each) and of builders, and reads the log.",
  },
  { title: "auditor", identity: { kind: "auditor", requester: name }, about: "Reads the log, and nothing else." },
  {
    title: "alerter",
    identity: { kind: "alerter", requester: name },
    about: "Is handed failed and rejected records, and writes what it sent to people.",
  },
  {
    title: "builder",
    identity: { kind: "builder", requester: name },
    about:
      "Is handed build requests, asks for builds of its own, answers as a builder, which is no host, and finds its own newest records.",
  },
  {
    title: "provisioner",
    identity: { kind: "provisioner", requester: name },
    about: "Makes and edits the log and the places of hosts in it. It neither asks nor reads.",
  },
  {
    title: "keeper",
    identity: { kind: "keeper", requester: name },
    about: "Makes the vault's copy of the log, and reads it. It cannot edit it either.",
  },
];

const accounts: Readonly<Record<Permissions["account"], string>> = {
  stream: "STREAMS",
  clients: "CLIENTS",
  vault: "VAULT",
};

const lines = (subjects: readonly string[]): string => subjects.map((subject) => `    ${subject}\n`).join("");

const section = ({ title, identity, about }: RoleOfPage): string => {
  const { account, publish, denyPublish = [], subscribe } = permissionsOf(identity);
  return [
    `## ${title}\n`,
    `${about} In the account ${accounts[account]}.\n`,
    `Publish:\n\n${lines(publish)}`,
    ...(denyPublish.length === 0
      ? []
      : [`But not, unless it may deploy in spite of a freeze:\n\n${lines(denyPublish)}`]),
    `Subscribe:\n\n${lines(subscribe)}`,
  ].join("\n");
};

/** Title, introduction and sections. */
export const permissionsPage = [
  "Permissions",
  "What a key may do on NATS, by its role. Everything else is refused.",
  roles.map(section),
] as const;
