import { existsSync, readFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";

/** The folder of this package: the clone, or node_modules/aftershock. */
export const packageRoot = rootAbove(import.meta.dirname);

/** The version that its package.json says. */
export const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as {
  readonly version: string;
};

/**
 * A module of ours that lies beside another and is started by its path, as a process or a thread:
 * TypeScript in the clone, JavaScript in the package.
 */
export function moduleBeside({ url }: ImportMeta, name: string): URL {
  return new URL(`./${name}${extname(url)}`, url);
}

function rootAbove(folder: string): string {
  return existsSync(join(folder, "package.json")) ? folder : rootAbove(dirname(folder));
}
