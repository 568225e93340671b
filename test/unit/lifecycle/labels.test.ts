import { spawnSync } from "node:child_process";
import { hostname } from "node:os";
import { expect, test } from "vitest";
import { isDead, ownerLabel, parseOwner } from "../../../harness/lifecycle/labels.ts";

test("this process is alive by its own label", () => {
  const owner = parseOwner(ownerLabel());
  expect(owner).toMatchObject({ host: hostname(), pid: process.pid });
  expect(owner && isDead(owner)).toBe(false);
});

test("a process that has ended is dead", () => {
  const { pid } = spawnSync("true");
  expect(isDead({ host: hostname(), pid, started: "1" })).toBe(true);
});

test.runIf(process.platform === "linux")("a pid that another process got since is dead", () => {
  expect(isDead({ host: hostname(), pid: process.pid, started: "1" })).toBe(true);
});

test("an owner on another machine is never taken for dead", () => {
  expect(isDead({ host: `not-${hostname()}`, pid: 999_999_999, started: "1" })).toBe(false);
});

test.each(["", "x", "host:abc:1"])("%j is no owner", (text) =>
  expect(parseOwner(text)).toBeUndefined(),
);
