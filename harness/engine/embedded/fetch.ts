import { createHash } from "node:crypto";
import { existsSync, readFileSync, readlinkSync } from "node:fs";
import { rename, rm, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { mustBeOurs, openFolder } from "../../cache.ts";
import { PrivateApt } from "./apt.ts";
import type { Layout } from "./layout.ts";
import { exclusively } from "./locks.ts";
import { platformOf, type PackageSet, type Platform } from "./platform.ts";
import { scratch } from "../scratch.ts";
import type { AcquireOptions } from "../types.ts";
import { linkCommands, unpack } from "./unpack.ts";

/** Raised when what is unpacked, or how, changes: an older folder is then fetched anew. */
const RECIPE = 2;

const purposes: Record<PackageSet, string> = {
  engine: "fetch a Docker Engine: unpacked into the cache folder, nothing is installed",
  compose: "fetch Docker Compose, which this engine lacks: unpacked into the cache folder",
  mmdebstrap: "fetch mmdebstrap, which makes the base images: unpacked into the cache folder",
};

/**
 * Root folder of an unpacked set, fetched if it is not here yet. An update comes with
 * `engine remove` only, so that a warm start needs no network.
 */
export async function ensureFetched(
  set: PackageSet,
  at: Layout,
  platform: Platform,
  { progress, signal }: Pick<AcquireOptions, "progress" | "signal">,
): Promise<string> {
  const present = unpacked(set, at);
  if (present) return present;
  openFolder(at.folder);
  const fetchUnlessPresent = async (): Promise<string> =>
    unpacked(set, at) ??
    (await progress.step(purposes[set], () => fetch(set, at, platform, signal), purposes[set]));
  return exclusively(at.fetchLock, fetchUnlessPresent, signal);
}

/**
 * Root folder of a set unpacked earlier on this system. Fails with CACHE_UNSAFE where others could
 * have changed it: it is run as root.
 */
export function unpacked(set: PackageSet, at: Layout): string | undefined {
  const link = join(at.folder, set);
  if (!existsSync(link)) return undefined;
  const folder = join(at.folder, readlinkSync(link));
  if (!folder.endsWith(`-${suffix()}`)) return undefined;
  mustBeOurs(link);
  return join(folder, "root");
}

/** What this machine is decides which libraries were left out as already installed. */
function suffix(): string {
  const system = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  const key = `${platformOf(system)?.codename} ${process.arch} ${RECIPE}`;
  return createHash("sha256").update(key).digest("hex").slice(0, 8);
}

async function fetch(
  set: PackageSet,
  at: Layout,
  platform: Platform,
  signal?: AbortSignal,
): Promise<string> {
  // Fresh and closed to others: apt would trust a file of the right size that it finds.
  await using work = await scratch(at.folder, "fetch");
  const apt = await PrivateApt.open(work.path, platform, signal);
  const packages = await apt.solve(platform.sets[set], signal);
  const debs = await apt.download(packages, signal);
  const made = join(work.path, "made");
  await unpack(debs, join(made, "root"));
  await linkCommands(made);
  const list = debs.map((deb) => `${basename(deb)}\n`).join("");
  await writeFile(join(made, "packages.txt"), list, { mode: 0o644 });
  const name = `${versionOf(platform.sets[set][0] ?? "", debs)}-${suffix()}`;
  await rm(join(at.folder, name), { recursive: true, force: true });
  await rename(made, join(at.folder, name));
  await symlink(name, join(work.path, "link"));
  await rename(join(work.path, "link"), join(at.folder, set));
  return join(at.folder, name, "root");
}

/** E.g. docker.io-26.1.5; it goes into PATH, where a colon (of an epoch) would end it. */
function versionOf(wanted: string, debs: readonly string[]): string {
  const name = wanted.split("/")[0] ?? "";
  const file = debs.map((deb) => basename(deb)).find((deb) => deb.startsWith(`${name}_`));
  const version = decodeURIComponent(file?.split("_")[1] ?? "unknown");
  return `${name}-${version}`.replace(/[^\w.+~-]/g, "-");
}
