/**
 * What a command line or the environment gives for an option. Made here, because cmd-ts takes the default when an option
 * has no value, swallows a flag that follows it, and shows values of environment variables in its help.
 */
import type { option, Type } from "cmd-ts";
import type { Environment } from "../../lib/contract/alias.ts";

export type Parser<A> = ReturnType<typeof option<Type<string, A>>>;
export type Context = Parameters<Parser<unknown>["parse"]>[0];
export type OptionNode = Extract<Context["nodes"][number], { type: "longOption" | "shortOption" }>;

/** How an option is called, and which variables stand in for it; the first that is set wins. */
export interface Named {
  readonly long: string;
  readonly short?: string;
  readonly env?: readonly string[];
}

/** `source` is for messages: the option or the variable. */
export interface Given {
  readonly values: readonly string[];
  readonly source: string;
  readonly nodes: OptionNode[];
}

const isOption = (node: Context["nodes"][number] | OptionNode): node is OptionNode =>
  node.type === "longOption" || node.type === "shortOption";

const nodesOf = ({ nodes, visitedNodes }: Context, { long, short }: Named): OptionNode[] =>
  nodes
    .flatMap((node) => (node.type === "shortOptions" ? node.options : [node]))
    .filter(isOption)
    .filter((node) => !visitedNodes.has(node) && node.key === (node.type === "longOption" ? long : short));

/** After a space, a value that begins with `-` is a flag before which the value is missing; a negative number is a value. */
export const lacksValue = ({ value }: OptionNode): boolean =>
  value === undefined || (value.delimiter.raw === " " && /^-[^0-9]/.test(value.node.raw));

export const given = (context: Context, env: Environment, named: Named): Given => {
  const nodes = nodesOf(context, named);
  // A node that is left unvisited would be reported as unknown as well.
  for (const node of nodes) context.visitedNodes.add(node);
  const variable = (named.env ?? []).find((name) => (env[name] ?? "") !== "");
  if (nodes.length > 0 || variable === undefined) {
    return { values: nodes.map(({ value }) => value?.node.raw ?? ""), source: `--${named.long}`, nodes };
  }
  return { values: [env[variable] ?? ""], source: variable, nodes };
};
