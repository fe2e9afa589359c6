/** What a job gets of the environment of its listener. */

/** All of the listener's but systemd's own variables, which would make the job speak for the listener's unit. */
export const jobEnvironment = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined || /^(NOTIFY_SOCKET|WATCHDOG_|INVOCATION_ID|JOURNAL_STREAM|LISTEN_|CREDENTIALS_)/.test(name)
        ? []
        : [[name, value]],
    ),
  );
