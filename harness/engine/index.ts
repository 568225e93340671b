import { EnvironmentError, UsageError } from "../errors.ts";
import { findSystemEngine, openSystemEngine } from "./system.ts";
import type { AcquireOptions, Engine } from "./types.ts";

export type { AcquireOptions, Engine } from "./types.ts";

/**
 * The engine that runs the containers: the user's own where there is one, else the embedded one,
 * fetched and started on the way. AFTERSHOCK_ENGINE=system or =embedded forces one.
 */
export async function acquireEngine(options: AcquireOptions): Promise<Engine> {
  const env = options.env ?? process.env;
  const forced = env["AFTERSHOCK_ENGINE"] || undefined;
  if (forced && forced !== "embedded" && forced !== "system") {
    throw new UsageError(
      "UNKNOWN_ENGINE",
      `AFTERSHOCK_ENGINE is ${forced}; it can be embedded or system.`,
    );
  }
  if (forced !== "embedded") {
    const found = await findSystemEngine(env, options);
    if (found) return openSystemEngine(found, options);
  }
  if (forced === "system") {
    throw new EnvironmentError("ENGINE_MISSING", "No Docker Engine answers at the usual places.", {
      hint: "Start it, or name it in DOCKER_HOST; AFTERSHOCK_ENGINE=system forbids the embedded one.",
    });
  }
  const { embeddedEngine } = await import("./embedded/index.ts");
  return embeddedEngine(options);
}
