import { spawn } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { WaitCounter } from "../../../harness/measure/waiting.ts";
import { childrenOf } from "../../support/processes.ts";
import { until } from "../../support/until.ts";

/** What the kernel says that a task has waited, milliseconds. */
const waited = (pid: number) =>
  Number(readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ")[1]) / 1e6;
/** Whether it does nothing more: what it has waited stays as it is. */
const isAsleep = (pid: number) => readFileSync(`/proc/${pid}/stat`, "utf8").includes("(sleep) S ");
/** How many of the files that are read are open. */
const openFiles = () =>
  readdirSync("/proc/self/fd").filter((fd) => linkOf(fd).endsWith("/schedstat")).length;
function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return "";
  }
}
/** One process that does nothing but run, and comes to an end by itself. */
const busy = () =>
  spawn("sh", ["-c", "i=0; while [ $i -lt 3000000 ]; do i=$((i + 1)); done"], { stdio: "ignore" });

test("adds up what all tasks have waited, and keeps it when they end", async () => {
  const tasks = [busy(), busy(), busy(), busy()];
  const counter = new WaitCounter();
  try {
    const ids = tasks.map(({ pid }) => pid!);
    await until("some waiting", () => counter.read(ids) > 0);
    const sum = ids.reduce((total, pid) => total + waited(pid), 0);
    const told = counter.read(ids);
    expect(openFiles()).toBe(4);
    expect(told).toBeGreaterThanOrEqual(sum - 1);
    tasks.forEach((task) => task.kill("SIGKILL"));
    expect(counter.read([])).toBeGreaterThanOrEqual(told);
    expect(counter.read([process.pid])).toBeGreaterThan(told);
  } finally {
    tasks.forEach((task) => task.kill("SIGKILL"));
    counter.close();
  }
  expect(openFiles()).toBe(0);
});

test("a task that is gone is left out, and one that comes after with its id counts anew", () => {
  const counter = new WaitCounter();
  expect(counter.read([2 ** 22 + 1])).toBe(0);
  counter.close();
});

test("of very many tasks all are read in turn", async () => {
  const counter = new WaitCounter();
  const script = "for i in $(seq 149); do sleep 60 & done; wait";
  const shell = spawn("sh", ["-c", script], { stdio: "ignore", detached: true });
  try {
    const sleepers = await until("149 tasks that sleep, and wait for no processor any more", () => {
      const found = childrenOf(shell.pid!);
      return found.length === 149 && found.every(isAsleep) ? found : undefined;
    });
    const ids: readonly number[] = [shell.pid!, ...sleepers];
    const sum = ids.reduce((total, pid) => total + waited(pid), 0);
    expect(counter.read(ids)).toBeLessThan(sum);
    counter.read(ids);
    expect(counter.read(ids)).toBeGreaterThanOrEqual(sum - 0.001);
  } finally {
    process.kill(-shell.pid!, "SIGKILL");
    counter.close();
  }
});
