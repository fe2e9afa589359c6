/**
 * The file in which a nats-server says on which ports it listens, so that it can choose them itself: a port that anyone else
 * chooses may be taken by the time it is used. Once the file is whole, clients are served.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

export interface Ports {
  readonly clientPort: number;
  /** Address of its HTTP monitoring, when its configuration asks for one. */
  readonly monitoringUrl: string | undefined;
}

const parse = (text: string): Ports | undefined => {
  try {
    const { nats, monitoring }: { nats?: readonly string[]; monitoring?: readonly string[] } = JSON.parse(text);
    const [client] = nats ?? [];
    return client === undefined
      ? undefined
      : { clientPort: Number(new URL(client).port), monitoringUrl: monitoring?.[0] };
  } catch {
    return undefined;
  }
};

/** Undefined as long as it is not there or, since the server writes it in place, not whole. */
export const readPorts = async (dir: string): Promise<Ports | undefined> => {
  const file = (await readdir(dir).catch(() => [])).find((name) => name.endsWith(".ports"));
  return file === undefined ? undefined : parse(await readFile(join(dir, file), "utf8").catch(() => ""));
};
