import { cp, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { renderFigures } from "../../../docs/figures.ts";
import { judgeFolder, type JudgedRun } from "../../../harness/index.ts";
import { main } from "../../process/command.ts";

const root = resolve(import.meta.dirname, "../../..");
const example = join(root, "docs/example-run");
const noEngine = { DOCKER_HOST: "unix:///nowhere/docker.sock" };

let judged: JudgedRun;
let copy = "";
beforeAll(async () => {
  judged = await judgeFolder(example);
  copy = await mkdtemp(join(tmpdir(), "aftershock-example-"));
  await cp(example, copy, { recursive: true });
}, 60_000);
afterAll(() => rm(copy, { recursive: true }));

test("the example run holds all scenarios, every arm as claimed", () => {
  expect(judged.verdict.scenarios).toHaveLength(5);
  expect(judged.verdict.ok).toBe(true);
});

test("what the READMEs and charts show is what the example run holds (else: npm run docs)", async () => {
  const paths = [
    "README.md",
    ...judged.run.plan.map(({ scenario }) => `scenarios/${scenario}/README.md`),
  ];
  const texts = Object.fromEntries(
    await Promise.all(paths.map(async (path) => [path, await readFile(join(root, path), "utf8")])),
  ) as Record<string, string>;
  const files = Object.entries(renderFigures(judged, texts));
  expect(files.length).toBeGreaterThan(10);
  for (const [path, text] of files) {
    expect(existsSync(join(root, path)), path).toBe(true);
    expect(await readFile(join(root, path), "utf8"), path).toBe(text);
  }
});

test("it is small enough to be cloned by everybody: less than 4 MB", async () => {
  const entries = await readdir(example, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(({ parentPath, name }) => stat(join(parentPath, name))),
  );
  expect(sizes.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(4_000_000);
});

test("it is judged again without any engine", async () => {
  const { stdout, exitCode } = await main(["recheck", copy], { env: noEngine });
  expect(stdout).toMatch(/boto-close/);
  expect(exitCode).toBe(0);
});

test("its report is written again without any engine", async () => {
  const { exitCode } = await main(["report", copy], { env: noEngine });
  expect(exitCode).toBe(0);
  expect(await readFile(join(copy, "report.html"), "utf8")).toMatch(/mixed-case-routing/);
});
