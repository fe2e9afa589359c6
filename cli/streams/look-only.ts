/** A provisioner that looks and changes nothing: whoever creates or edits through it is told that it is done. */
import { chain, right } from "fp-ts/lib/TaskEither.js";
import type { Provisioner } from "../../lib/router/provisioner.ts";

const done = () => right(undefined);

export const lookOnly = ({ stream, consumers, waiting }: Provisioner): Provisioner => ({
  stream,
  createStream: done,
  updateStream: done,
  createConsumer: done,
  updateConsumer: done,
  deleteConsumer: done,
  waiting,
  // A stream that is not there has no consumers, which the server would call an error.
  consumers: (name) => chain((found: unknown) => (found === undefined ? right([]) : consumers(name)))(stream(name)),
});
