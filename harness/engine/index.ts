import { EnvironmentError, UsageError } from "../errors.ts";
import { silent } from "../progress.ts";
import { findSystemEngine, openSystemEngine, runningEngine, type Found } from "./system.ts";
import type { AcquireOptions, Engine, RunningEngine } from "./types.ts";

export type { AcquireOptions, Engine, RunningEngine } from "./types.ts";

/**
 * The engine that runs the containers: the user's own where there is one, else the embedded one,
 * fetched and started on the way. AFTERSHOCK_ENGINE=system or =embedded forces one.
 */
export async function acquireEngine(options: AcquireOptions): Promise<Engine> {
  const found = await chooseEngine(options);
  if (found) return openSystemEngine(found, options);
  const { embeddedEngine } = await import("./embedded/index.ts");
  return embeddedEngine(options);
}

/**
 * The user's own engine where that is to be used; undefined where the embedded one is.
 * @throws UsageError UNKNOWN_ENGINE, EnvironmentError ENGINE_MISSING, and as `findSystemEngine`
 */
export async function chooseEngine(options: AcquireOptions): Promise<Found | undefined> {
  const env = options.env ?? process.env;
  const forced = env["AFTERSHOCK_ENGINE"] || undefined;
  if (forced && forced !== "embedded" && forced !== "system") {
    throw new UsageError(
      "UNKNOWN_ENGINE",
      `AFTERSHOCK_ENGINE is ${forced}; it can be embedded or system.`,
    );
  }
  const found = forced === "embedded" ? undefined : await findSystemEngine(env, options);
  if (!found && forced === "system") {
    throw new EnvironmentError("ENGINE_MISSING", "No Docker Engine answers at the usual places.", {
      hint: "Start it, or name it in DOCKER_HOST; AFTERSHOCK_ENGINE=system forbids the embedded one.",
    });
  }
  return found;
}

/**
 * The engine on which something runs already, by which it is measured: the user's own, or the
 * embedded one if it runs. Nothing is fetched or started.
 * @throws EnvironmentError ENGINE_MISSING where there is none
 */
export async function engineThatRuns(env: NodeJS.ProcessEnv = process.env): Promise<RunningEngine> {
  const found = await findSystemEngine(env);
  if (found) return runningEngine(found);
  const { embeddedEngine } = await import("./embedded/index.ts");
  const { layout } = await import("./embedded/layout.ts");
  const { lifeOf } = await import("./embedded/life.ts");
  if ((await lifeOf(layout(env))) === "runs") return embeddedEngine({ progress: silent, env });
  throw new EnvironmentError("ENGINE_MISSING", "No Docker Engine answers at the usual places.", {
    hint: "Name the one that runs your containers in DOCKER_HOST.",
  });
}
