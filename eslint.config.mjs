/**
 * The one thing that neither the compiler nor Biome sees: a TaskEither that nobody runs, which does nothing in silence.
 * Not the plugin's recommended set: it forbids `fp-ts/lib/…`, the only path to fp-ts that Node resolves.
 */
import parser from "@typescript-eslint/parser";
import fpts from "eslint-plugin-fp-ts";

export default [
  { ignores: ["dist/", "coverage/", ".cache/"] },
  {
    files: ["**/*.ts"],
    languageOptions: { parser, parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { noInlineConfig: true },
    plugins: { "fp-ts": fpts },
    rules: { "fp-ts/no-discarded-pure-expression": "error" },
  },
];
