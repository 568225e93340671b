import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cacheFolder, mustBeOurs, openFolder } from "../../harness/cache.ts";

it.each([
  [{ XDG_CACHE_HOME: "/x", HOME: "/home/a" }, "/x/aftershock"],
  [{ XDG_CACHE_HOME: "relative", HOME: "/home/a" }, "/home/a/.cache/aftershock"],
  [{ HOME: "/home/a" }, "/home/a/.cache/aftershock"],
])("is where the XDG rules put it: %o", (env, folder) => {
  expect(cacheFolder(env)).toBe(folder);
});

const root = process.getuid?.() === 0;

describe("a cache folder", () => {
  let top: string;
  let folder: string;
  beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), "cache-"));
    folder = join(top, "a/aftershock/engine");
  });
  afterEach(() => rmSync(top, { recursive: true }));

  it("is made closed to others, parents too, below a /tmp that everybody writes to", () => {
    openFolder(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(top, "a")).mode & 0o777).toBe(0o700);
    mustBeOurs(folder);
  });

  it("is closed if others could read it", () => {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    openFolder(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it.each(["a", "a/aftershock", "a/aftershock/engine"])(
    "is refused where everybody may write to %s",
    (loose) => {
      openFolder(folder);
      chmodSync(join(top, loose), 0o777);
      expect(() => openFolder(folder)).toThrow(
        expect.objectContaining({
          code: "CACHE_UNSAFE",
          exitCode: 69,
          message: expect.stringContaining(`${join(top, loose)} is not ours alone, everybody`),
          hint: expect.stringContaining("Set XDG_CACHE_HOME"),
        }),
      );
    },
  );

  it("is no sticky folder itself: others could add to it", () => {
    openFolder(folder);
    chmodSync(folder, 0o1777);
    expect(() => mustBeOurs(folder)).toThrow(/everybody may write/);
  });

  it("is refused for one loose file deep in it", () => {
    mkdirSync(join(folder, "root/bin"), { recursive: true });
    const file = join(folder, "root/bin/dockerd");
    writeFileSync(file, "");
    mustBeOurs(folder);
    chmodSync(file, 0o666);
    expect(() => mustBeOurs(folder)).toThrow(file);
  });

  it.runIf(root)("is refused where a folder, a file or a link on the way is another user's", () => {
    openFolder(folder);
    chownSync(join(top, "a"), 1, 1);
    expect(() => openFolder(folder)).toThrow(/belongs to the user (daemon|1)\./);
    chownSync(join(top, "a"), 0, 0);
    const link = join(top, "link");
    symlinkSync("a", link);
    openFolder(join(link, "aftershock/engine"));
    lchownSync(link, 54321, 54321);
    expect(() => openFolder(join(link, "aftershock/engine"))).toThrow(
      /link is not ours alone, it belongs to the user 54321/,
    );
  });

  it.runIf(root)("is refused to root where its group may write to it", () => {
    openFolder(folder);
    chmodSync(folder, 0o770);
    expect(() => mustBeOurs(folder)).toThrow(/its group may write/);
  });

  it("that cannot be made is the machine's trouble, with a way out", () => {
    writeFileSync(join(top, "a"), "");
    expect(() => openFolder(folder)).toThrow(
      expect.objectContaining({ code: "CACHE_UNUSABLE", exitCode: 69 }),
    );
  });

  it.runIf(existsSync("/proc/self"))("is refused where no folder can ever be made", () => {
    for (const path of ["/proc/aftershock", "/proc/a/b/c"])
      expect(() => openFolder(path)).toThrow(
        expect.objectContaining({ code: "CACHE_UNUSABLE", exitCode: 69 }),
      );
  });

  it("is refused below what is no folder, which nobody is told to change", () => {
    writeFileSync(join(top, "a"), "", { mode: 0o666 });
    chmodSync(join(top, "a"), 0o666);
    expect(() => openFolder(folder)).toThrow(
      expect.objectContaining({
        code: "CACHE_UNUSABLE",
        message: expect.stringContaining(`${join(top, "a")} is no folder`),
        hint: expect.not.stringContaining("chmod"),
      }),
    );
  });

  it("whose links lead round in a circle is refused", () => {
    symlinkSync("b", join(top, "a"));
    symlinkSync("a", join(top, "b"));
    expect(() => openFolder(folder)).toThrow(/circle/);
  });
});
