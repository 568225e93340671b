import type { Progress } from "../harness/progress.ts";

/** Set-up steps into the test's output, so that a long one is seen to be alive. */
export const told: Progress = {
  async step(what, run) {
    const began = performance.now();
    const result = await run();
    console.log(`${what}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
    return result;
  },
  note: (line) => console.log(line),
};
