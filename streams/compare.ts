/**
 * What differs between the settings that are wanted and those that a server has. Only settings that hd sets are looked at,
 * so what servers of different versions add by themselves is no difference.
 */
import type { ConsumerSettings, StreamSettings } from "../lib/router/provisioner.ts";

export type Setting = string | number | boolean | readonly string[];

export interface Difference {
  readonly setting: string;
  readonly want: Setting;
  readonly have: Setting;
  /** An edit can bring it about, and loses nothing. */
  readonly fixable: boolean;
}

type Settings = StreamSettings | ConsumerSettings;

/** What the server refuses to edit, or what would erase records, or what a person must have decided. */
const fixed: ReadonlySet<string> = new Set(["storage", "retention", "deliver", "acknowledge", "source", "extras"]);

const same = (want: Setting, have: Setting): boolean => {
  if (typeof want !== "object" || typeof have !== "object") return want === have;
  return want.length === have.length && want.every((one) => have.includes(one));
};

const isFixable = (setting: string, want: Setting, usedBytes: number): boolean => {
  if (setting === "maxBytes") return typeof want === "number" && (want < 0 || want >= usedBytes);
  return !fixed.has(setting);
};

/** `usedBytes`: what a stream holds, which its bound may not be lowered below. */
export const compare = <S extends Settings>(wanted: S, found: S, usedBytes = 0): readonly Difference[] => {
  const have: ReadonlyMap<string, Setting> = new Map(Object.entries(found));
  return Object.entries<Setting>({ ...wanted }).flatMap(([setting, want]) => {
    const has = have.get(setting) ?? "";
    return same(want, has) ? [] : [{ setting, want, have: has, fixable: isFixable(setting, want, usedBytes) }];
  });
};
