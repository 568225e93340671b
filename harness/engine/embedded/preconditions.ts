import { accessSync, constants, existsSync, readFileSync, statSync } from "node:fs";
import { statfs, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { openFolder } from "../../cache.ts";
import { EnvironmentError } from "../../errors.ts";
import { cgroupMounts } from "../cgroup.ts";
import { scratch } from "../scratch.ts";
import type { Layout } from "./layout.ts";
import { platformOf, supportedSystems, type Platform } from "./platform.ts";

const GIB = 1024 ** 3;
/** The kernel's limit for the path of a unix socket, its end mark included. */
const SOCKET_PATH_BYTES = 108;
const commands = {
  unshare: "util-linux",
  nsenter: "util-linux",
  flock: "util-linux",
  mount: "mount",
  "apt-get": "apt",
  "dpkg-deb": "dpkg",
  tar: "tar",
} as const;

/** What this machine is, as far as it decides whether an engine can be embedded. */
export interface Machine {
  readonly os: NodeJS.Platform;
  readonly uid: number;
  /** Text of /etc/os-release. */
  readonly osRelease: string;
  has(command: string): boolean;
  exists(path: string): boolean;
  /** True where this process's root is not the root of its mounts. */
  readonly chroot: boolean;
  /** Text of /proc/self/mounts. */
  readonly mounts: string;
}

/**
 * Looks for every reason why the embedded engine cannot work here. Gives the packages to fetch;
 * otherwise fails with the reason and what to do about it.
 */
export function checkMachine(machine: Machine): Platform {
  if (machine.os !== "linux") throw missing("The embedded engine needs Linux.");
  const platform = platformOf(machine.osRelease);
  if (!platform) {
    throw missing(`The embedded engine knows ${supportedSystems}; this is another system.`);
  }
  if (machine.uid !== 0) {
    throw missing(
      "The embedded engine needs root: as an ordinary user, limits are not kept everywhere.",
    );
  }
  if (machine.chroot) {
    throw refusal(
      "IN_CHROOT",
      "This is a chroot: containers started from here would see the file system around it.",
      "Run it outside, or in a container.",
    );
  }
  for (const [command, from] of Object.entries(commands)) {
    if (!machine.has(command)) {
      throw refusal(
        "COMMAND_MISSING",
        `The command ${command} is missing.`,
        `apt-get install ${from}`,
      );
    }
  }
  if (!machine.exists("/dev/net/tun")) {
    throw refusal(
      "NO_TUN",
      "/dev/net/tun is missing; builds could not reach the network.",
      "On a machine: modprobe tun. In a container: start it with --device /dev/net/tun.",
    );
  }
  const mounts = cgroupMounts(machine.mounts);
  if (!mounts["memory"] && !mounts["unified"]) {
    throw refusal(
      "NO_CGROUPS",
      "No cgroups are mounted: no container could be limited or measured.",
      "mount -t cgroup2 none /sys/fs/cgroup",
    );
  }
  return platform;
}

/** What to fetch on this system, were it only a part; undefined where there is no such apt. */
export function systemPlatform(): Platform | undefined {
  const machine = thisMachine();
  return machine.os === "linux" && machine.has("apt-get")
    ? platformOf(machine.osRelease)
    : undefined;
}

/** The machine this runs on. */
export function thisMachine(): Machine {
  const text = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "");
  return {
    os: process.platform,
    uid: process.getuid?.() ?? -1,
    osRelease: text("/etc/os-release"),
    mounts: text("/proc/self/mounts"),
    chroot: inChroot(),
    exists: existsSync,
    has: (command) =>
      (process.env["PATH"] ?? "")
        .split(delimiter)
        .some((folder) => isExecutable(join(folder, command))),
  };
}

/** Room that the engine and its images will still take: all of it, or what runs write. Bytes. */
export function neededBytes(at: Layout): number {
  const images = join(at.state, "data/image/overlay2/repositories.json");
  const warm = existsSync(images) && readFileSync(images, "utf8").includes('"aftershock/');
  return warm ? GIB / 2 : 3 * GIB;
}

/** Looks whether the folder the engine will live in can carry it: owner, room, overlay, path length. */
export async function checkFolder(at: Layout): Promise<void> {
  if (Buffer.byteLength(at.socket) >= SOCKET_PATH_BYTES) {
    throw refusal(
      "PATH_TOO_LONG",
      `${at.socket} is too long for a socket's path (${SOCKET_PATH_BYTES - 1} bytes).`,
      "Set XDG_CACHE_HOME to a shorter folder.",
    );
  }
  if (/[:,\\\n]/.test(at.state)) {
    throw refusal(
      "PATH_UNUSABLE",
      `${at.folder} has a colon, a comma, a backslash or a line's end in it, which PATH and overlay can't hold.`,
      "Set XDG_CACHE_HOME to a folder without them.",
    );
  }
  openFolder(at.folder);
  openFolder(at.state);
  const { bavail, bsize } = await statfs(at.state);
  const needed = neededBytes(at);
  if (bavail * bsize < needed) {
    const free = (bavail * bsize) / GIB;
    throw refusal(
      "DISK_FULL",
      `${at.folder} has ${free.toFixed(1)} GiB left; the engine and its images need ${needed / GIB} GiB.`,
      "Make room, or set XDG_CACHE_HOME to a folder on another disk.",
    );
  }
  await probeExecution(at);
  await probeOverlay(at);
}

/** A folder on a disk mounted `noexec` holds programs that nobody can run. */
async function probeExecution(at: Layout): Promise<void> {
  await using folder = await scratch(at.state, "probe");
  const program = join(folder.path, "true");
  await writeFile(program, "#!/bin/sh\n", { mode: 0o700 });
  const { code } = await execa(program, { reject: false, stdin: "ignore", timeout: 30_000 });
  if (code !== "EACCES") return;
  throw refusal(
    "NO_EXEC",
    `Nothing can be run from ${at.folder}: its disk is mounted noexec.`,
    "Set XDG_CACHE_HOME to a folder on another disk; `findmnt -o TARGET,OPTIONS` shows how they are mounted.",
  );
}

/** Overlay as the engine uses it: two lowers, and a deletion that must leave a whiteout. */
async function probeOverlay(at: Layout): Promise<void> {
  await using folder = await scratch(at.state, "probe");
  const script = `cd "$1" && mkdir l1 l2 u w m && : >l1/file &&
    mount -t overlay overlay -o lowerdir=l1:l2,upperdir=u,workdir=w m && rm m/file && test -c u/file`;
  const args = ["--mount", "sh", "-c", script, "probe", folder.path];
  const limits = { reject: false, stdin: "ignore", timeout: 30_000 } as const;
  const { failed, stderr } = await execa("unshare", args, limits);
  if (!failed) return;
  throw refusal(
    "NO_OVERLAY",
    `No overlay file system can be mounted in ${at.state}: ${stderr.trim()}`,
    "Set XDG_CACHE_HOME to a folder on ext4, xfs or tmpfs. In a container it also needs CAP_SYS_ADMIN (--privileged).",
  );
}

function inChroot(): boolean {
  try {
    const [first, own] = ["/proc/1/root/", "/"].map((path) => statSync(path, { bigint: true }));
    return first?.dev !== own?.dev || first?.ino !== own?.ino;
  } catch {
    return false; // an ordinary user may not look; root can
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const refusal = (code: string, message: string, hint: string): EnvironmentError =>
  new EnvironmentError(code, message, {
    hint: `${hint}\nOr use a Docker Engine of your own: set DOCKER_HOST.`,
  });

/** No engine and no way to embed one: says on one screen what there is to do. */
function missing(why: string): EnvironmentError {
  return new EnvironmentError("ENGINE_MISSING", `There is no Docker Engine here. ${why}`, {
    hint: `Any one of these will do:
  macOS, Windows   install Docker Desktop and start it: https://docs.docker.com/desktop/
  Linux            install Docker Engine, 20.10 or later, and Compose v2:
                   https://docs.docker.com/engine/install/
  elsewhere        name an engine that you can reach: export DOCKER_HOST=tcp://HOST:PORT
  no installation  ${supportedSystems}: run this as root, and an engine of
                   the distribution's packages is unpacked into the cache folder.`,
  });
}
