/** Several names in one sentence. */

/** At most ten names: more do not help anyone. */
export const names = (all: readonly string[], most = 10): string => {
  if (all.length > most) return `${all.slice(0, most).join(", ")} and ${all.length - most} more`;
  return all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
};
