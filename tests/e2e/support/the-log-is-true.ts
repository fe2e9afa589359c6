/**
 * What holds of every fleet at every moment at which nothing runs, whatever was done to it before: each request that a host
 * took has one end, none ran twice, none is lost, and what was reported is what runs. Every test here ends with it.
 */
import * as assert from "uvu/assert";
import { type Audited, audit } from "./audit.ts";

export const theLogIsTrue = async (fleet: Audited): Promise<void> => {
  const { findings } = await audit(fleet);
  assert.equal(
    findings.map(({ kind, what }) => `${kind}: ${what}`),
    [],
  );
};
