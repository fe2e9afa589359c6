/**
 * What holds of every fleet at every moment at which nothing runs, whatever was done to it before: each request that a host
 * took has one end, none ran twice, none is lost, what was reported is what runs, and asked again the hosts decide as they did.
 * Every test here ends with it.
 */
import * as assert from "uvu/assert";
import { type Audited, audit } from "./audit.ts";
import { otherDecisions } from "./decides-the-same.ts";

export const theLogIsTrue = async (fleet: Audited): Promise<void> => {
  const { findings } = await audit(fleet);
  assert.equal(
    findings.map(({ kind, what }) => `${kind}: ${what}`),
    [],
  );
  assert.equal(await otherDecisions(fleet.log), []);
};
