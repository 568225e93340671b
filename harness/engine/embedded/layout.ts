import { createHash } from "node:crypto";
import { join } from "node:path";
import { cacheFolder } from "../../cache.ts";

/** Where the embedded engine keeps what it has; all of it below the cache folder. */
export interface Layout {
  readonly folder: string;
  readonly fetchLock: string;
  /** Held while one makes the base images. */
  readonly basesLock: string;
  /** What changes while it runs; `reset` = delete `data` and `containerd` while it is down. */
  readonly state: string;
  readonly socket: string;
  readonly log: string;
  readonly dockerConfig: string;
  /** Held, shared, by everybody who uses the engine; it ends when nobody does. */
  readonly usersLock: string;
  /** Held while one looks whether it runs and starts it. */
  readonly startLock: string;
  /** Held by the engine itself as long as one process of it is alive. */
  readonly engineLock: string;
  /** Held, shared, by everybody who needs the way out to the network. */
  readonly uplinkLock: string;
  readonly uplinkStartLock: string;
  /**
   * Parent of its containers' cgroups. Each cache folder has its own, so that tidying up after
   * one engine can't take an empty folder that another is just about to fill.
   */
  readonly cgroupParent: string;
}

export function layout(env: NodeJS.ProcessEnv = process.env): Layout {
  const folder = join(cacheFolder(env), "engine");
  const state = join(folder, "state");
  const id = createHash("sha256").update(state).digest("hex").slice(0, 8);
  return {
    folder,
    fetchLock: join(folder, "fetch.lock"),
    basesLock: join(folder, "bases.lock"),
    state,
    socket: join(state, "docker.sock"),
    log: join(state, "engine.log"),
    dockerConfig: join(state, "docker"),
    usersLock: join(state, "users.lock"),
    startLock: join(state, "start.lock"),
    engineLock: join(state, "engine.lock"),
    uplinkLock: join(state, "uplink.lock"),
    uplinkStartLock: join(state, "uplink-start.lock"),
    cgroupParent: `/aftershock/${id}`,
  };
}
