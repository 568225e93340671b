import type { Progress } from "../progress.ts";

/** Nobody is to wonder for longer than this whether anything still happens. */
const STILL_MS = 10_000;

/** Steps without their names, on standard error: they would tell what a drill is about. */
export const quietProgress: Progress = {
  async step(_, run) {
    const began = performance.now();
    const seconds = () => Math.round((performance.now() - began) / 1000);
    const still = setInterval(() => tell(`setting up: still at it, ${seconds()} s`), STILL_MS);
    try {
      return await run();
    } finally {
      clearInterval(still);
    }
  },
  note() {},
};

const tell = (line: string) => process.stderr.write(`${line}\n`);
