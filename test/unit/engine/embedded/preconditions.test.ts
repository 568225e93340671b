import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, it } from "vitest";
import { layout } from "../../../../harness/engine/embedded/layout.ts";
import {
  checkFolder,
  checkMachine,
  neededBytes,
  type Machine,
} from "../../../../harness/engine/embedded/preconditions.ts";
import type { EnvironmentError } from "../../../../harness/errors.ts";

const good: Machine = {
  os: "linux",
  uid: 0,
  osRelease: "ID=debian\nVERSION_CODENAME=bookworm\n",
  has: () => true,
  exists: () => true,
  chroot: false,
  mounts: "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n",
};

function refusal(machine: Machine): EnvironmentError {
  try {
    checkMachine(machine);
  } catch (error) {
    return error as EnvironmentError;
  }
  throw new Error("The machine was not refused.");
}

it("takes a machine that has all", () => {
  expect(checkMachine(good).codename).toBe("bookworm");
});

it.each([
  ["another system", { os: "darwin" }, "ENGINE_MISSING", "Docker Desktop"],
  ["an unknown distribution", { osRelease: "ID=fedora" }, "ENGINE_MISSING", "Docker Engine, 20.10"],
  ["an ordinary user", { uid: 1000 }, "ENGINE_MISSING", "run this as root"],
  ["a chroot", { chroot: true }, "IN_CHROOT", "Run it outside"],
  [
    "no flock",
    { has: (name: string) => name !== "flock" },
    "COMMAND_MISSING",
    "apt-get install util-linux",
  ],
  [
    "no tun device",
    { exists: (path: string) => path !== "/dev/net/tun" },
    "NO_TUN",
    "--device /dev/net/tun",
  ],
  ["no cgroups", { mounts: "" }, "NO_CGROUPS", "mount -t cgroup2"],
] as const)("refuses %s and says what to do", (_what, change, code, hint) => {
  const error = refusal({ ...good, ...change });
  expect(error).toMatchObject({ code, exitCode: 69 });
  expect(error.hint).toContain(hint);
  expect(error.hint).toContain("DOCKER_HOST");
  expect(error.hint?.split("\n").length).toBeLessThan(24);
});

it("refuses a cache folder whose socket the kernel could not name", async () => {
  const folder = mkdtempSync(join(tmpdir(), "long-"));
  const at = layout({ XDG_CACHE_HOME: join(folder, "x".repeat(100)) });
  await expect(checkFolder(at)).rejects.toMatchObject({ code: "PATH_TOO_LONG" });
  rmSync(folder, { recursive: true });
});

it("needs little room where the images are there already", () => {
  const folder = mkdtempSync(join(tmpdir(), "room-"));
  const at = layout({ XDG_CACHE_HOME: folder });
  expect(neededBytes(at)).toBe(3 * 2 ** 30);
  const images = join(at.state, "data/image/overlay2");
  mkdirSync(images, { recursive: true });
  writeFileSync(join(images, "repositories.json"), '{"Repositories":{"aftershock/base":{}}}');
  expect(neededBytes(at)).toBe(2 ** 29);
  rmSync(folder, { recursive: true });
});

it.each([":", ",", "\\", "\n"])("refuses a cache folder with %j in its name", async (letter) => {
  const at = layout({ XDG_CACHE_HOME: join(tmpdir(), `a${letter}b`) });
  await expect(checkFolder(at)).rejects.toMatchObject({ code: "PATH_UNUSABLE", exitCode: 69 });
  expect(existsSync(at.folder)).toBe(false);
});

it.skipIf(process.getuid?.() !== 0)("refuses a disk that nothing may be run from", async () => {
  const folder = mkdtempSync(join(tmpdir(), "noexec-"));
  const script = `mount -t tmpfs -o noexec,mode=700 none "$1" && XDG_CACHE_HOME="$1" exec "$2" --input-type=module -e '
    const { checkFolder } = await import(process.argv[1] + "/preconditions.ts");
    const { layout } = await import(process.argv[1] + "/layout.ts");
    await checkFolder(layout()).catch((error) => console.log(error.code));' "$3"`;
  const embedded = join(import.meta.dirname, "../../../../harness/engine/embedded");
  const { stdout } = await execa("unshare", [
    ...["--mount", "sh", "-c", script, "test", folder, process.execPath, embedded],
  ]);
  // A disk of half the machine's memory may be too small besides; that is told first.
  expect(stdout).toMatch(/^(NO_EXEC|DISK_FULL)$/);
  rmSync(folder, { recursive: true });
});

it("runs nothing in a cache folder that others may write to", async () => {
  const folder = mkdtempSync(join(tmpdir(), "loose-"));
  chmodSync(folder, 0o777);
  await expect(checkFolder(layout({ XDG_CACHE_HOME: folder }))).rejects.toMatchObject({
    code: "CACHE_UNSAFE",
    exitCode: 69,
  });
  rmSync(folder, { recursive: true });
});
