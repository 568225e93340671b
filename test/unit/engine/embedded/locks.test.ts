import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { holders } from "../../../../harness/engine/embedded/locks.ts";

let file: string;
beforeEach(() => {
  file = join(mkdtempSync(join(tmpdir(), "locks-")), "lock");
  writeFileSync(file, "");
});
afterEach(() => rmSync(join(file, ".."), { recursive: true }));

it("names those who hold a lock, not those who wait for it or have it alone", () => {
  const inode = statSync(file).ino;
  const locks = `1: FLOCK  ADVISORY  READ 11 fe:00:${inode} 0 EOF
1: -> FLOCK  ADVISORY  WRITE 12 fe:00:${inode} 0 EOF
2: FLOCK  ADVISORY  READ 13 fe:00:${inode} 0 EOF
3: FLOCK  ADVISORY  READ 14 fe:00:${inode}1 0 EOF
4: POSIX  ADVISORY  READ 15 fe:00:${inode} 0 EOF
5: FLOCK  ADVISORY  WRITE 16 fe:00:${inode} 0 EOF
`;
  expect(holders(file, "sharing", locks)).toEqual([11, 13]);
});

it("knows of nobody where there is no file", () => {
  expect(
    holders(join(file, "none"), "sharing", "1: FLOCK  ADVISORY  READ 11 fe:00:1 0 EOF"),
  ).toEqual([]);
});
