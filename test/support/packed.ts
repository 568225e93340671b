import { chmod, mkdir, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { packageRoot as root } from "../../harness/package.ts";

/** Packs the package as `npm pack` does, into a folder; gives the tarball's path. */
export async function packInto(folder: string): Promise<string> {
  await execa("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: root });
  const name = (await readdir(folder)).find((one) => one.endsWith(".tgz"));
  return join(folder, name!);
}

/**
 * Lays a packed package into a project as `npm i` would. The project must lie in this repository, so
 * that what the package needs is found above it, without a registry.
 */
export async function layInto(project: string, tarball: string): Promise<void> {
  const modules = join(project, "node_modules");
  const own = join(modules, "aftershock");
  await mkdir(own, { recursive: true });
  await execa("tar", ["-xzf", tarball, "-C", own, "--strip-components=1"]);
  await mkdir(join(modules, ".bin"));
  const bin = join(own, "harness/cli/aftershock.js");
  await chmod(bin, 0o755);
  await symlink(bin, join(modules, ".bin/aftershock"));
  await symlink(join(root, "node_modules/vitest"), join(modules, "vitest"));
  await symlink(join(root, "node_modules/vitest/vitest.mjs"), join(modules, ".bin/vitest"));
}
