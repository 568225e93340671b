import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { pace } from "../../../harness/measure/pace.ts";

test("the pace is the processor's own: one that many want has none other", () => {
  const alone = pace();
  const loop = () => spawn("sh", ["-c", "while :; do :; done"], { stdio: "ignore" });
  const loops = Array.from({ length: 8 }, loop);
  const wanted = pace();
  for (const one of loops) one.kill("SIGKILL");
  expect(wanted / alone).toBeGreaterThan(0.7);
  expect(wanted / alone).toBeLessThan(1.4);
});
