import { createHash } from "node:crypto";
import { existsSync, readFileSync, readlinkSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Progress } from "../../progress.ts";
import { PrivateApt } from "./apt.ts";
import type { Layout } from "./layout.ts";
import { exclusively } from "./locks.ts";
import { platformOf, type Platform } from "./platform.ts";
import { linkIptables, unpack } from "./unpack.ts";

/** Raised when what is unpacked, or how, changes: an older folder is then fetched anew. */
const RECIPE = 1;

/**
 * Folder of the unpacked engine, fetched if it is not here yet. It is looked for only once: an
 * update comes with `engine remove`, so that a warm start needs no network.
 */
export async function ensureFetched(
  at: Layout,
  platform: Platform,
  progress: Progress,
  signal?: AbortSignal,
): Promise<string> {
  const present = unpacked(at);
  if (present) return present;
  await mkdir(at.folder, { recursive: true, mode: 0o700 });
  return exclusively(
    at.fetchLock,
    async () => {
      const meanwhile = unpacked(at);
      if (meanwhile) return meanwhile;
      return progress.step(
        "fetch a Docker Engine (no installation: unpacked into the cache folder)",
        () => fetch(at, platform, progress, signal),
      );
    },
    signal,
  );
}

/** Root folder of the engine unpacked earlier, if it is one for this system. */
export function unpacked(at: Layout): string | undefined {
  if (!existsSync(at.current)) return undefined;
  const folder = join(at.folder, readlinkSync(at.current));
  return folder.endsWith(`-${suffix()}`) ? join(folder, "root") : undefined;
}

/** What this machine is made of decides which libraries were left out as already installed. */
function suffix(): string {
  const system = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  const key = `${platformOf(system)?.codename} ${process.arch} ${RECIPE}`;
  return createHash("sha256").update(key).digest("hex").slice(0, 8);
}

async function fetch(
  at: Layout,
  platform: Platform,
  progress: Progress,
  signal?: AbortSignal,
): Promise<string> {
  const work = await mkdtemp(join(at.folder, ".fetch-"));
  try {
    const apt = await PrivateApt.open(work, platform, signal);
    const packages = await apt.solve(platform.engine, signal);
    const debs = await apt.download(packages, signal);
    const version = versionOf(debs);
    progress.note(
      `${debs.length} packages of ${platform.origin}, signatures checked; docker.io ${version}`,
    );
    const made = join(work, "made");
    await unpack(debs, join(made, "root"));
    await linkIptables(join(made, "root"));
    await linkCommands(made);
    await writeFile(join(made, "packages.txt"), debs.map((deb) => `${basename(deb)}\n`).join(""));
    const name = `${version}-${suffix()}`;
    await rm(join(at.folder, name), { recursive: true, force: true });
    await rename(made, join(at.folder, name));
    await symlink(name, join(work, "current"));
    await rename(join(work, "current"), at.current);
    return join(at.folder, name, "root");
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function versionOf(debs: readonly string[]): string {
  const name = debs.map((deb) => basename(deb)).find((deb) => deb.startsWith("docker.io_"));
  // The folder's name goes into PATH, where a colon (of an epoch) would end it.
  return decodeURIComponent(name?.split("_")[1] ?? "unknown").replace(/[^\w.+~-]/g, "-");
}

/** A folder for PATH with what people call, and nothing that would hide the machine's own. */
async function linkCommands(made: string): Promise<void> {
  const plugin = "../root/usr/libexec/docker/cli-plugins/docker-compose";
  await mkdir(join(made, "bin"));
  await symlink("../root/usr/bin/docker", join(made, "bin/docker"));
  await symlink(plugin, join(made, "bin/docker-compose"));
}
