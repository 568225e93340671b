import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import * as plain from "./cache-folder.js";
import { EnvironmentError } from "./errors.ts";

/**
 * The only folder outside the clone that Aftershock writes to: $XDG_CACHE_HOME/aftershock,
 * else ~/.cache/aftershock. It need not exist yet. Fails with CACHE_MISSING where there is no home.
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return told(() => plain.cacheFolder(env));
}

/** The user's home folder; undefined for a user id that has none. */
export const homeFolder = (env: NodeJS.ProcessEnv): string | undefined => plain.homeFolder(env);

/**
 * Makes a folder of the cache, closed to others, if it is not there. Fails with CACHE_UNUSABLE
 * where it cannot be written to, with CACHE_UNSAFE where others could change what is in it.
 */
export function openFolder(path: string): void {
  told(() => plain.openFolder(path));
}

/** Fails with CACHE_UNSAFE where others could change anything in the folder, or put another in its place. */
export function mustBeOurs(folder: string): void {
  told(() => {
    plain.mustBeOurs(folder);
    if (!process.getuid) return;
    for (const entry of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      const path = join(folder, entry);
      plain.mustBeClosed(path, lstatSync(path), true);
    }
  });
}

/** The plain errors of the first step, as one of ours. */
function told<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const { code, message, hint } = cause as { code?: string; message: string; hint?: string };
    if (!code?.startsWith("CACHE_") || hint === undefined) throw cause;
    throw new EnvironmentError(code, message, { hint, cause });
  }
}
