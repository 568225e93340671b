import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import {
  checkWritable,
  createRunFolder,
  nextNumber,
  removeRunFolder,
} from "../../../harness/replay/run-folder.ts";

const home = mkdtempSync(join(tmpdir(), "aftershock-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));
let made = 0;
const fresh = () => join(home, `out-${++made}`);

describe("a folder that can't be written is told in one sentence", () => {
  const file = join(home, "file");
  writeFileSync(file, "");
  const dangling = join(home, "dangling");
  symlinkSync(join(home, "nowhere", "at-all"), dangling);
  const circle = join(home, "circle");
  symlinkSync(circle, circle);

  const places = [file, join(file, "below"), dangling, circle, join(home, "x".repeat(300))];
  if (process.platform === "linux") places.push("/proc/runs", "/dev/full", "/sys/runs");
  test.each(places)("%s", async (out) => {
    await expect(checkWritable(out)).rejects.toMatchObject({
      code: "NOT_WRITABLE",
      exitCode: 69,
      message: expect.stringMatching(/^.+ cannot be written: .+\.$/),
    });
  });
});

test("one that can be is left as it was, and made where it is not", async () => {
  const out = join(fresh(), "deep");
  await checkWritable(out);
  expect(readdirSync(out)).toEqual([]);
});

test("many runs at once get folders of their own, and `latest` is one of them", async () => {
  const out = fresh();
  const folders = await Promise.all(Array.from({ length: 40 }, () => createRunFolder(out)));
  const ids = folders.map(({ id }) => id);
  expect(new Set(ids).size).toBe(40);
  expect(ids).toContain(readlinkSync(join(out, "latest")));
  expect(readdirSync(out).toSorted()).toEqual([...ids, "latest"].toSorted());
});

test("`latest` that is a folder of the user's costs no run", async () => {
  const out = fresh();
  mkdirSync(join(out, "latest", "mine"), { recursive: true });
  const { id } = await createRunFolder(out);
  expect(readdirSync(out).toSorted()).toEqual([id, "latest"]);
  expect(existsSync(join(out, "latest", "mine"))).toBe(true);
});

test("`latest` goes with the folder it points to, to the one before or away", async () => {
  const out = fresh();
  const latest = () => readlinkSync(join(out, "latest"));
  const paths: string[] = [];
  for (let n = 1; n <= 10; n++) paths.push((await createRunFolder(out, { numbered: 1 })).path);
  await removeRunFolder(paths[8]!);
  expect(latest()).toBe("10");
  await removeRunFolder(paths[9]!);
  expect(latest()).toBe("8");
  for (const path of paths.slice(0, 8)) await removeRunFolder(path);
  expect(readdirSync(out)).toEqual([]);
});

test("a number that was told is the folder's, and none is taken twice", async () => {
  const out = fresh();
  expect(await nextNumber(out)).toBe(1);
  const { path } = await createRunFolder(out, { numbered: 1 });
  await removeRunFolder(path);
  await createRunFolder(out, { numbered: 2 });
  await createRunFolder(out, { numbered: 2 });
  expect(readdirSync(out).toSorted()).toEqual(["2", "3", "latest"]);
});
