import type { Progress } from "../progress.ts";

/** One line a step on standard error: what it does, then how long it took. */
export const stderrProgress: Progress = {
  async step(what, run) {
    const began = performance.now();
    const tell = (how: string) =>
      process.stderr.write(
        `set-up: ${what}: ${how}, ${((performance.now() - began) / 1000).toFixed(1)} s\n`,
      );
    if (process.stderr.isTTY) process.stderr.write(`set-up: ${what} ...\r`);
    try {
      const result = await run();
      tell("done");
      return result;
    } catch (error) {
      tell("failed");
      throw error;
    }
  },
  note: (line) => void process.stderr.write(`set-up: ${line}\n`),
};
