import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { CgroupPaths } from "./types.ts";

type Mounts = Readonly<Record<string, string>>;

/**
 * Gives a function that finds a container's cgroup files on this machine, whatever parent its
 * engine puts them under. It remembers the parent, so all but the first search are one look.
 */
export function cgroupFinder(
  version: 1 | 2,
  mounts: Mounts = cgroupMounts(readFileSync("/proc/self/mounts", "utf8")),
): (containerId: string) => CgroupPaths | null {
  const root = mounts[version === 1 ? "memory" : "unified"];
  let known: ((id: string) => string) | undefined;
  return (id) => {
    if (!root) return null;
    const shapes = known ? [known, ...parents(root)] : parents(root);
    known = shapes.find((shape) => existsSync(join(root, shape(id))));
    return known ? paths(version, mounts, known(id)) : null;
  };
}

/** Mount points by controller; cgroup v2's is "unified". */
export function cgroupMounts(procMounts: string): Mounts {
  const found: Record<string, string> = {};
  for (const line of procMounts.split("\n")) {
    const [, folder = "", type, options = ""] = line.split(" ");
    if (type === "cgroup2") found["unified"] ??= folder;
    if (type === "cgroup") for (const word of options.split(",")) found[word] ??= folder;
  }
  return found;
}

/** The container's folder below the root: cgroupfs and systemd name it differently. */
function parents(root: string): ((id: string) => string)[] {
  const uid = process.getuid?.() ?? 0;
  const rootless = `user.slice/user-${uid}.slice/user@${uid}.service/user.slice`;
  const folders = (folder: string): string[] =>
    readdirSync(join(root, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(folder, entry.name));
  const top = folders("");
  const ours = top.includes("aftershock") ? folders("aftershock") : [];
  return [
    ...["docker", "aftershock", ...ours, ...top].map((parent) => (id: string) => join(parent, id)),
    ...["system.slice", rootless].map((parent) => (id: string) => `${parent}/docker-${id}.scope`),
  ];
}

function paths(version: 1 | 2, mounts: Mounts, folder: string): CgroupPaths | null {
  const at = (controller: string): string => join(mounts[controller] ?? "", folder);
  if (version === 2) return { version, folder: at("unified") };
  return {
    version,
    memory: at("memory"),
    pids: at("pids"),
    cpuacct: at("cpuacct"),
    cpu: at("cpu"),
    freezer: at("freezer"),
  };
}
