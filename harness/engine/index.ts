import { EnvironmentError, UsageError } from "../errors.ts";
import { findSystemEngine, openSystemEngine, type Found } from "./system.ts";
import type { AcquireOptions, Engine } from "./types.ts";

export type { AcquireOptions, Engine } from "./types.ts";

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
