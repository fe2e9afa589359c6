/**
 * `npm run bench [-- NAME…] [-- --json]`: measures what hd costs beyond its bare parts. The rows run one after the other,
 * each in a place of its own; exit 1 says that one of them does not keep its bar, exit 2 that a word was not understood.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import { choose } from "./choose.ts";
import { inPlace, type Place, withPlace } from "./place.ts";
import { jsonLine, tableLines } from "./print.ts";
import { judge, type Row } from "./row.ts";
import { rows } from "./rows.ts";

const run = async (chosen: readonly Row[], json: boolean, place: Place): Promise<number> => {
  const { head, line } = tableLines(chosen);
  if (!json) console.log(head);
  let failed = 0;
  for (const row of chosen) {
    const result = judge(row, await inPlace(place, row.measure));
    console.log(json ? jsonLine(result) : line(result, row.direction));
    if (!result.ok) failed += 1;
  }
  return failed === 0 ? 0 : 1;
};

const chosen = choose(process.argv.slice(2), rows);
if (isLeft(chosen)) {
  console.error(chosen.left);
  process.exitCode = 2;
} else {
  const { rows: named, json } = chosen.right;
  process.exitCode = await withPlace((place) => run(named, json, place));
}
