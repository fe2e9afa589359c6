/**
 * Draws what a terminal shows as a picture for the README: `node --import tsx scripts/picture.ts FIRST-LINE < captured > file.svg`,
 * where captured is what `tmux capture-pane -p -e -S -` prints of a pane 144 columns wide in which `hd up --once` has run, and
 * FIRST-LINE is the text of the first line to draw. No line is written by hand, so the picture cannot promise what is not there.
 */
import { readFileSync } from "node:fs";
import { stripVTControlCharacters as plain } from "node:util";

const cell = { width: 8.02, height: 18, left: 18, top: 52 };
const background = "#16181d";
const usual = "#d8dae0";
/** By the parameters of `ESC [ … m`; the rest is drawn as usual. */
const colours: Readonly<Record<string, string>> = {
  "2": "#8b909c",
  "90": "#8b909c",
  "31": "#f28b82",
  "32": "#8fd19e",
  "33": "#f6c177",
  "36": "#8ab4f8",
  "1": "#ffffff",
};

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

interface Run {
  readonly column: number;
  readonly text: string;
  readonly style: string | undefined;
}

/** What a terminal reads as a change of colour, with its parameters. */
const styleChange = new RegExp(`${String.fromCharCode(27)}\\[([\\d;]*)m`);

/** A change ends the style before it, unless it ends nothing and begins nothing that is drawn. */
const styleAfter = (style: string | undefined, parameters: string): string | undefined => {
  const codes = parameters.split(";");
  const ends = codes.some((code) => ["", "0", "22", "39"].includes(code));
  return codes.findLast((code) => code in colours) ?? (ends ? undefined : style);
};

/** The runs of one style in a line with escape sequences. */
const runsOf = (line: string): readonly Run[] => {
  const runs: Run[] = [];
  let column = 0;
  let style: string | undefined;
  for (const [n, part] of line.split(styleChange).entries()) {
    if (n % 2 === 1) {
      style = styleAfter(style, part);
    } else {
      if (part.trim() !== "") runs.push({ column, text: part, style });
      column += part.length;
    }
  }
  return runs;
};

const drawn = ({ column, text, style }: Run, row: number): string => {
  const [x, y] = [cell.left + column * cell.width, cell.top + row * cell.height];
  const fill = style === undefined ? "" : ` fill="${colours[style] ?? usual}"`;
  const weight = style === "1" ? ' font-weight="700"' : "";
  const length = (text.length * cell.width).toFixed(1);
  return `<text x="${x.toFixed(1)}" y="${y}" textLength="${length}"${weight}${fill}>${escaped(text)}</text>`;
};

const [firstLine = ""] = process.argv.slice(2);
const captured = readFileSync(0, "utf8").trimEnd().split("\n");
const from = captured.findLastIndex((line) => plain(line).startsWith(firstLine));
if (from < 0) throw new Error(`no line begins with: ${firstLine}`);
const lines = captured.slice(from);
const columns = Math.max(...lines.map((line) => plain(line).trimEnd().length));
const [width, height] = [Math.ceil(cell.left * 2 + columns * cell.width), cell.top + lines.length * cell.height + 8];
const font = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace";
const lights = [
  [20, "#f28b82"],
  [38, "#f6c177"],
  [56, "#8fd19e"],
] as const;
process.stdout.write(
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="hd up in a terminal">`,
    `<rect width="${width}" height="${height}" rx="10" fill="${background}"/>`,
    lights.map(([x, fill]) => `<circle cx="${x}" cy="16" r="5.5" fill="${fill}"/>`).join(""),
    `<g font-family="${font}" font-size="13.2" fill="${usual}" xml:space="preserve">`,
    ...lines.flatMap((line, row) => runsOf(line).map((run) => drawn(run, row))),
    "</g></svg>\n",
  ].join("\n"),
);
