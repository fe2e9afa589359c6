/**
 * `npm run prove:permissions`: every identity of a fleet tries every act on a real server with the generated configuration.
 * The last line is `N checks, M wrong`, and one that is wrong makes it exit 1.
 */
import { rightOf } from "../support/either.ts";
import { isWrong, prove } from "./matrix.ts";
import { page } from "./table.ts";
import { startProof } from "./world.ts";

const world = rightOf(await startProof());
const checks = await prove(world).finally(world.close);
process.stdout.write(page(checks));
process.exitCode = checks.some(isWrong) ? 1 : 0;
