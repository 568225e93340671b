import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Engine } from "../engine/index.ts";
import { moduleBeside } from "../package.ts";
import { label, ownerLabel } from "./labels.ts";

/** A child that removes a run's containers when the run is gone, however it ended. */
export interface Watchdog extends AsyncDisposable {
  /** Process id of the child. */
  readonly pid: number;
  /** What was left behind is left to it: it goes on when this process lets go of it, or ends. */
  leave(): void;
}

/**
 * Starts the watchdog of a run. It lives in a session of its own and holds the reading end of a
 * pipe: when this process dies, also by kill -9, the pipe closes and it removes by label. What
 * another living process has made of the same run since then, as of a drill, is that one's.
 * Disposed of after a clean end, it goes without touching anything.
 */
export function startWatchdog(engine: Engine, run: string): Watchdog {
  const child = spawn(
    process.execPath,
    [
      fileURLToPath(moduleBeside(import.meta, "watchdog-child")),
      `${label.run}=${run}`,
      ownerLabel(),
    ],
    { detached: true, stdio: ["pipe", "ignore", "ignore"], env: { ...engine.env } },
  );
  child.unref();
  const { stdin } = child;
  // It died first, or never began: the sweep of the next run is the next rung.
  stdin.on("error", () => {});
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  let left = false;
  return {
    pid: child.pid ?? 0,
    leave: () => void (left = true),
    async [Symbol.asyncDispose]() {
      if (left) stdin.end();
      else {
        child.ref();
        stdin.end("clean\n");
        await ended;
      }
    },
  };
}
