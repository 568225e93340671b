import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/**
 * The only folder outside the clone that Aftershock writes to: $XDG_CACHE_HOME/aftershock,
 * else ~/.cache/aftershock. It need not exist yet.
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const base = env["XDG_CACHE_HOME"];
  // The XDG rules say that a relative path is to be ignored.
  const root = base && isAbsolute(base) ? base : join(env["HOME"] || homedir(), ".cache");
  return join(root, "aftershock");
}
