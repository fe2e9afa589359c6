/** What `hd` says when it is called without a command. */
import { commandTable, groups } from "../command-table.ts";

const width = Math.max(...commandTable.map(({ name }) => name.length));

const section = (title: string): string => {
  const lines = commandTable.filter(({ group }) => group === title);
  return `${title}\n${lines.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}\n`).join("")}`;
};

export const rootHelp = (version: string): string => `hd ${version}: deploys NixOS hosts by message, on the record

Usage: hd <command> [options]

${groups.map(section).join("\n")}
Examples
  hd deploy prod/web1                      deploy the branch main on one host
  hd deploy prod/role/web -r v1.2 --reason "new certificates"
                                           deploy a tag on all hosts with a role

More
  hd <command> --help                      the options of a command
  hd help exit-codes                       what the exit codes mean
  hd --version
`;
