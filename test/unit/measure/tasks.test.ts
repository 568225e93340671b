import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findTasks } from "../../../harness/measure/tasks.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "aftershock-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Numbers of what is found; `pids` is what pids.current says each time it is read. */
function count(pids: readonly number[], processes: readonly number[], threads: readonly number[]) {
  const list = (name: string, ids: readonly number[]) => {
    writeFileSync(join(folder, name), ids.map((id) => `${id}\n`).join(""));
    return join(folder, name);
  };
  const answers = pids.values();
  const found = findTasks({
    pids: () => answers.next().value ?? Number.NaN,
    processList: list("procs", processes),
    threadList: list("tasks", threads),
  });
  return { ...found, processes: found.processes.length, threads: found.threads.length };
}

test("what is charged but neither process nor thread is a zombie", () => {
  expect(count([11, 11], [7, 20, 21], [7, 8, 9, 10, 20, 21])).toEqual({
    pids: 11,
    processes: 3,
    threads: 6,
    zombies: 5,
  });
});

test("threads are no zombies", () => {
  expect(count([4, 4], [7], [7, 8, 9, 10])).toMatchObject({ processes: 1, zombies: 0 });
});

test("a fork between two reads is no zombie, whichever came first", () => {
  expect(count([2, 3], [7], [7, 8])).toMatchObject({ zombies: 0 });
  expect(count([2], [7, 8, 9], [])).toMatchObject({ pids: 2, processes: 3, zombies: 0 });
});

test("an empty cgroup has no process to look at", () => {
  expect(count([0], [], [])).toEqual({ pids: 0, processes: 0, threads: 0, zombies: 0 });
});

test("a list longer than a page is counted to its end", () => {
  const many = Array.from({ length: 20_000 }, (_, n) => n + 100_000);
  expect(count([20_000], many, [])).toMatchObject({ processes: 20_000, threads: 20_000 });
});
