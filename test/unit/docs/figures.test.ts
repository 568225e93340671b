import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fillBlock, renderFigures, writeFigures } from "../../../docs/figures.ts";
import { judgedRun } from "../report/fixture.ts";

const README = "# Title\n\n<!-- figures -->\nold\n<!-- /figures -->\n\nEnd.\n";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "aftershock-figures-"));
});
afterEach(() => rm(root, { recursive: true }));

test("only what stands between the marks is replaced", () => {
  expect(fillBlock(README, "new $& $1")).toBe(
    "# Title\n\n<!-- figures -->\n\nnew $& $1\n\n<!-- /figures -->\n\nEnd.\n",
  );
});

test("a scenario's README gets its charts and the verdicts with key figures", () => {
  const path = "scenarios/boto-close/README.md";
  const text = renderFigures(judgedRun(), { [path]: README })[path];
  expect(text).toContain("![Memory of the API](../../docs/charts/boto-close-1.svg)");
  expect(text).toContain("| broken | broken | reproduced | 548 MiB |");
  expect(text).toContain("Run 20261121-051200-ab12: Docker Engine 26.1.5");
  expect(text).not.toContain("old");
});

test("the top README gets one row per incident", () => {
  const text = renderFigures(judgedRun(), { "README.md": README })["README.md"];
  expect(text).toContain(
    "| [Closing a Key reads the rest of the object](scenarios/boto-close/README.md) | 1 of 1 | 1 of 1 | 1 of 1 |",
  );
});

test("a README without marks is left alone; charts are made all the same", () => {
  const files = renderFigures(judgedRun(), { "README.md": "# Title\n" });
  expect(Object.keys(files)).toEqual([
    "docs/charts/boto-close-1.svg",
    "docs/charts/boto-close-2.svg",
  ]);
});

test("filling what is filled changes nothing", async () => {
  await mkdir(join(root, "scenarios/boto-close"), { recursive: true });
  await writeFile(join(root, "README.md"), README);
  await writeFile(join(root, "scenarios/boto-close/README.md"), README);
  const paths = await writeFigures(root, judgedRun());
  expect(paths).toHaveLength(4);
  const read = () => Promise.all(paths.map((path) => readFile(join(root, path), "utf8")));
  const first = await read();
  await writeFigures(root, judgedRun());
  expect(await read()).toEqual(first);
});
