import { existsSync, realpathSync } from "node:fs";
import { dirname, join, relative, isAbsolute } from "node:path";
import type { Ground } from "./policy/fault.ts";

/** Where systems keep the certificates that they trust. */
const certificates = /^\/etc\/(ssl|pki)\/(?!.*(\.\.|private)).+\.(crt|pem)$/;

/**
 * What a scenario's compose file may name of the machine: its own folder while it runs; to build,
 * also the rest of its project, and as a secret the certificates that everybody may read.
 */
export function groundOf(folder: string): Ground {
  const own = real(folder);
  const project = projectOf(own);
  return {
    allows(path, use) {
      if (use === "build secret" && certificates.test(path)) return true;
      return isBelow(use === "run" ? own : project, real(path));
    },
  };
}

/** The nearest folder above with a .git or a package.json; without one, the folder itself. */
function projectOf(folder: string): string {
  for (let at = folder; dirname(at) !== at; at = dirname(at))
    if (existsSync(join(at, ".git")) || existsSync(join(at, "package.json"))) return at;
  return folder;
}

/** A path with its links followed, also where its last parts are not there (yet). */
function real(path: string): string {
  if (existsSync(path) || dirname(path) === path) return realpathSync(path);
  return join(real(dirname(path)), path.slice(dirname(path).length));
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith("../") && !isAbsolute(way);
}
