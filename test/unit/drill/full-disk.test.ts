import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { claimSession } from "../../../harness/drill/claim.ts";
import { appendEvent, readEvents } from "../../../harness/drill/events.ts";
import { layWorkspace } from "../../../harness/drill/hand-out.ts";
import { resetWorkspace } from "../../../harness/drill/reset.ts";
import { mustBeWritable } from "../../../harness/drill/session.ts";
import { takeNote } from "../../../harness/drill/take-note.ts";

// A session lies on a small disk of its own, which is full.

let disk = "";
const file = (...path: string[]) => join(disk, ...path);
beforeEach(async () => {
  disk = mkdtempSync(join(tmpdir(), "full-"));
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", "size=512k", "none", disk]);
  if (status !== 0) throw new Error("No tmpfs could be mounted.");
  mkdirSync(file("before/app"), { recursive: true });
  writeFileSync(file("before/app/a.py"), "as it was\n".repeat(1000));
  await layWorkspace(disk);
  writeFileSync(file("workspace/app/a.py"), "hers\n");
  await appendEvent(disk, "hint", { hint: 1 });
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(file("ballast"), Buffer.alloc(bavail * bsize, "x"));
});
afterEach(() => {
  spawnSync("umount", ["--lazy", disk]);
  rmSync(disk, { recursive: true });
});

const refused = { code: "NOT_WRITABLE", exitCode: 69 };

describe.runIf(process.getuid?.() === 0)("a disk that is full", () => {
  test("is told before the system is touched, and keeps nobody's place taken", async () => {
    await expect(mustBeWritable(disk)).rejects.toMatchObject(refused);
    await expect(claimSession(disk)).rejects.toMatchObject(refused);
    rmSync(file("ballast"));
    await using claim = await claimSession(disk);
    expect(claim).toBeDefined();
  });

  test("costs neither her work nor what happened", async () => {
    await expect(resetWorkspace(disk)).rejects.toMatchObject(refused);
    expect(readFileSync(file("workspace/app/a.py"), "utf8")).toBe("hers\n");
    rmSync(file("ballast"));
    await takeNote(disk, "no room it was");
    expect((await readEvents(disk)).map(({ event }) => event)).toEqual(["hint", "guess"]);
  });
});
