import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { driverLog } from "../../../harness/replay/driver-log.ts";

const folder = mkdtempSync(join(tmpdir(), "aftershock-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (service: string) => join(folder, `${service}.driver.log`);

test("each service has its own lines, in their order", async () => {
  const log = driverLog(folder);
  log("a", "one");
  log("b", "other");
  log("a", "two");
  await turn();
  log("a", "three");
  await turn();
  expect(readFileSync(file("a"), "utf8")).toBe("one\ntwo\nthree\n");
  expect(readFileSync(file("b"), "utf8")).toBe("other\n");
});

test("a flood of short lines is taken in a moment, and only so far", async () => {
  const log = driverLog(folder);
  const began = performance.now();
  for (let i = 0; i < 10_000_000; i++) log("flood", "y");
  await turn();
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(statSync(file("flood")).size).toBeLessThan(17 * 1024 ** 2);
  expect(readFileSync(file("flood"), "utf8").slice(-40)).toContain(
    "[What came later is left out.]",
  );
});

test("a disk that takes nothing costs nobody anything", async () => {
  const log = driverLog(join(folder, "nowhere"));
  log("a", "one");
  await turn();
  expect(() => log("a", "two")).not.toThrow();
});
