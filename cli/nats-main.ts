/**
 * What commands reach NATS by, in one file that is loaded when the first of it is needed: a bundle in which each is loaded by
 * itself falls apart into dozens of small files, and every file costs a start more than the code in it.
 */
export { connectBus } from "../lib/nats/bus.ts";
export { contextNames, natsContext, selectedContext } from "../lib/nats/contexts.ts";
export { connectImporter } from "../lib/nats/importer.ts";
export { connectInspection } from "../lib/nats/inspect.ts";
export { keyMaker } from "../lib/nats/key-maker.ts";
export { connectProvisioner } from "../lib/nats/provisioner.ts";
export { connectLogRecords, connectVaultRecords } from "../lib/nats/record-reader.ts";
export { isUserKey, verifier } from "../lib/nats/verify.ts";
