import { release } from "node:os";
import type { EngineFacts } from "../record/schema.ts";
import { ask } from "./ask.ts";
import { cgroupFinder } from "./cgroup.ts";
import type { Endpoint, Engine } from "./types.ts";

/**
 * Finds the cgroup files of this engine's containers; undefined where they are not on this
 * machine. Docker Desktop has a socket here too, but its containers live in a virtual machine. A
 * socket may lead elsewhere; and in a container that was given the host's, as CI does, we see our
 * own cgroup and no other. So what runs on the engine must be found here, if anything does.
 */
export async function cgroupsHere(
  { host }: Pick<Endpoint, "host">,
  { kernel, cgroup }: EngineFacts,
  docker: Engine["docker"],
): Promise<Engine["cgroup"] | undefined> {
  if (!host.startsWith("unix:") || kernel !== release()) return undefined;
  const find = cgroupFinder(cgroup);
  const running = await ask("Listing containers", (abortSignal) =>
    docker.listContainers({ abortSignal }),
  );
  return running.length === 0 || running.some(({ Id }) => find(Id)) ? find : undefined;
}
