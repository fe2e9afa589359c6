/** The variable of an option of the listener, so that a unit file needs none of them. */
export const variable = (long: string): readonly string[] => [
  `HOMELAB_DEPLOY_${long.toUpperCase().replaceAll("-", "_")}`,
];
