import { execFileSync, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { pace } from "../../../harness/measure/pace.ts";

const file = fileURLToPath(new URL("../../../harness/measure/pace.ts", import.meta.url));

test("the pace is the processor's own: many may want it, and who asks may have just begun", () => {
  const alone = pace()!;
  const loop = () => spawn("sh", ["-c", "while :; do :; done"], { stdio: "ignore" });
  const loops = Array.from({ length: 8 }, loop);
  try {
    for (let n = 0; n < 5; n += 1) {
      const ratio = inNewProcess() / alone;
      expect(ratio).toBeGreaterThan(0.7);
      expect(ratio).toBeLessThan(1.4);
    }
  } finally {
    for (const one of loops) one.kill("SIGKILL");
  }
});

/** What a process gives that has done nothing before, as if its compiler never had its turn. */
function inNewProcess(): number {
  const script = `import { pace } from ${JSON.stringify(file)}; console.log(pace());`;
  const args = ["--no-opt", "--no-maglev", "--input-type=module", "--eval", script];
  return Number(execFileSync(process.execPath, args, { encoding: "utf8" }));
}
