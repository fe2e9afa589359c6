/** A tool as it is listed. Arguments are told with every rule that they are held to; of answers the shape is enough. */
import type { JsonSchema } from "../../lib/contract/codec.ts";
import type { Tool } from "./tool.ts";

/** What bounds a value: of no use to who only reads it, and a model would read all of it in every session. */
const bounds: readonly string[] = ["pattern", "maxLength", "maxItems", "minimum", "maximum"];

const isObject = (value: unknown): value is JsonSchema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A field may bear the name of a rule, so what stands under `properties` is no rule. */
const properties = (value: unknown): unknown =>
  isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shape(one)])) : value;

const shape = (schema: unknown): unknown => {
  if (!isObject(schema)) return schema;
  const kept = Object.entries(schema).filter(([key]) => !bounds.includes(key));
  return Object.fromEntries(
    kept.map(([key, value]) => {
      if (key === "properties") return [key, properties(value)];
      return [key, Array.isArray(value) && key === "anyOf" ? value.map(shape) : key === "items" ? shape(value) : value];
    }),
  );
};

type Shape = { readonly type: "object" };

export const listed = ({ name, title, description, hints, input, output }: Tool) => ({
  ...{ name, title, description },
  // What a struct makes is an object.
  inputSchema: input.schema as Shape,
  outputSchema: shape(output.schema) as Shape,
  annotations: {
    title,
    readOnlyHint: hints.readOnly,
    destructiveHint: hints.destructive,
    idempotentHint: hints.idempotent,
    openWorldHint: hints.openWorld,
  },
});
