/** Progress of a call, for a client that asked for it. It has to rise, and a client that is gone must not be an error. */
import type { Extra } from "./sdk.ts";
import type { ToolContext } from "./tool.ts";

export const progressBy = ({
  _meta,
  sendNotification,
}: Pick<Extra, "_meta" | "sendNotification">): ToolContext["progress"] => {
  const token = _meta?.progressToken;
  let last = -1;
  return (done, total, message) => {
    if (token === undefined || done <= last) return;
    last = done;
    const params = { progressToken: token, progress: done, total, message };
    void sendNotification({ method: "notifications/progress", params }).catch(() => {});
  };
};
