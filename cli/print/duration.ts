/** Lengths of time, as the readers of the log say them, too. */
export { duration } from "../../streams/duration.ts";
