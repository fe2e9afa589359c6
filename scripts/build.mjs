/**
 * Bundles the command line into dist/: `node scripts/build.mjs [entry] [folder]`. Commands stay lazy (a dynamic import is a
 * file of its own), because a bundle that loads everything starts twice as slowly. The sources import fp-ts by the path that
 * Node resolves; the alias takes its ES build here, which shakes to a tenth. The same package under two names goes in once.
 * Each file that is loaded costs a start as much as 50 kB of code, and esbuild makes one for each set of lazy parts that share
 * something: so it bundles twice, and the second time all that commands share is one part, which all lazy parts have.
 */
import { chmod, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..");
const [entry = join(root, "cli/main.ts"), folder = join(root, "dist")] = process.argv
  .slice(2)
  .map((path) => resolve(path));
const main = join(folder, "hd.mjs");
const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));

/**
 * The server of the SDK makes a validator that it asks only where it sends a form by a method that hd does not use; it is a
 * third of what is loaded.
 */
const withoutAjv = ({ onLoad }) =>
  onLoad({ filter: /sdk[\\/]dist[\\/]esm[\\/]validation[\\/]ajv-provider\.js$/ }, () => ({
    contents: 'export class AjvJsonSchemaValidator { getValidator() { throw new Error("hd checks forms itself"); } }',
  }));

const shared = "hd:shared";

/** What is run before a command is known, or without one, and is to load no more than itself. */
const alone = ["cli/main.ts", "cli/interrupts.ts", "cli/job.ts", "handlers/job-main.ts"];

/** The files that are loaded with one, itself among them. */
const loadedWith = (outputs, path, seen = new Set()) => {
  if (seen.has(path) || outputs[path] === undefined) return seen;
  seen.add(path);
  for (const { path: next, kind } of outputs[path].imports)
    if (kind === "import-statement") loadedWith(outputs, next, seen);
  return seen;
};

/** The sources of what commands share with anything else; packages come along with whoever imports them. */
const sharedSources = ({ metafile: { outputs } }) => {
  const all = Object.entries(outputs);
  const fileOf = (source) => all.find(([, { entryPoint }]) => entryPoint === source)?.[0];
  const first = loadedWith(outputs, fileOf("cli/main.ts"));
  const files = [...loadedWith(outputs, fileOf("cli/commands.ts"))].filter((path) => !first.has(path));
  const chunks = files.filter((path) => outputs[path].entryPoint === undefined);
  return chunks.flatMap((path) => Object.keys(outputs[path].inputs)).filter((path) => !/node_modules/.test(path));
};

const lazyParts = ({ metafile: { outputs } }) =>
  Object.values(outputs).flatMap(({ entryPoint = "" }) =>
    entryPoint.endsWith(".ts") && !alone.includes(entryPoint) ? [entryPoint] : [],
  );

/** Every lazy part imports the shared part before anything else. */
const withShared = (first) => (bundler) => {
  const [sources, parts] = [sharedSources(first), new Set(lazyParts(first))];
  const contents = sources.map((path) => `import ${JSON.stringify(join(root, path))};`).join("\n");
  bundler.onResolve({ filter: /^hd:shared$/ }, () => ({ path: shared, namespace: "hd" }));
  bundler.onLoad({ filter: /.*/, namespace: "hd" }, () => ({ contents, resolveDir: root }));
  bundler.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
    if (!parts.has(relative(root, path))) return undefined;
    return { contents: `import "${shared}";${await readFile(path, "utf8")}`, loader: "ts" };
  });
};

/** esbuild prints its own messages, each with the line it is about; only what is not a message is printed here. */
const bundle = (...plugins) =>
  build({
    absWorkingDir: root,
    entryPoints: [{ in: entry, out: "hd" }],
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    chunkNames: "hd-[name]-[hash]",
    bundle: true,
    splitting: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node20",
    mainFields: ["module", "main"],
    alias: { "fp-ts/lib": "fp-ts/es6", "io-ts/lib": "io-ts/es6", "@nats-io/nkeys": "nkeys.js" },
    plugins: [{ name: "without-ajv", setup: withoutAjv }, ...plugins],
    define: { __HD_VERSION__: JSON.stringify(version) },
    // Packages in CommonJS call require for Node's own modules, which an ES module does not have.
    banner: { js: 'import{createRequire}from"node:module";const require=createRequire(import.meta.url);' },
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
    write: false,
  }).catch((error) => {
    if (!Array.isArray(error.errors)) console.error(`The bundle cannot be made: ${error.message}`);
    process.exit(1);
  });

/** The licences of the packages in the bundle, which ask to go where their code goes. */
const notices = async (inputs) => {
  const packages = new Set(inputs.map((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]));
  const read = async (path) => {
    const file = (await readdir(join(root, path))).find((name) => /^licen[cs]e/i.test(name));
    return file === undefined
      ? []
      : [`${path.replace(/^.*node_modules\//, "")}\n\n${await readFile(join(root, path, file), "utf8")}`];
  };
  const texts = await Promise.all([...packages].filter(Boolean).sort().map(read));
  return texts.flat().join(`\n${"-".repeat(80)}\n\n`);
};

/** Replaces the files of the last build and no others; the shebang belongs to the entry alone, above the banner. */
const write = async ({ outputFiles, metafile }) => {
  await mkdir(folder, { recursive: true });
  const old = (await readdir(folder)).filter((name) => /^hd.*\.mjs$/.test(name));
  await Promise.all(old.map((name) => rm(join(folder, name))));
  const shebang = (path) => (path === main ? "#!/usr/bin/env node\n" : "");
  await Promise.all(outputFiles.map(({ path, text }) => writeFile(path, shebang(path) + text)));
  await writeFile(join(folder, "LICENSES.txt"), await notices(Object.keys(metafile.inputs)));
  await chmod(main, 0o755);
};

const first = await bundle();
// What is none of hd, as in a test of this, has no commands.
const isHd = Object.values(first.metafile.outputs).some(({ entryPoint }) => entryPoint === "cli/commands.ts");
const result = isHd ? await bundle({ name: "with-shared", setup: withShared(first) }) : first;
if (result.warnings.length > 0) process.exit(1);
await write(result);

const bytes = result.outputFiles.reduce((sum, { contents }) => sum + contents.length, 0);
console.log(`${relative(process.cwd(), main)}  ${Math.round(bytes / 1000)} kB in ${result.outputFiles.length} files`);
