import type { Progress } from "../progress.ts";

/** Nobody is to wonder for longer than this whether anything still happens. */
const STILL_MS = 10_000;

/**
 * Says on standard error that something is done and how long it took, and not what: images are named
 * after the incident, and would tell what a drill is about.
 */
export const quietProgress: Progress = {
  async step(_, run) {
    const began = performance.now();
    const took = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
    const still = setInterval(() => tell(`still at it, ${took()}`), STILL_MS);
    try {
      return await run();
    } finally {
      clearInterval(still);
      tell(`a step done, ${took()}`);
    }
  },
  note() {},
};

const tell = (words: string) => process.stderr.write(`set-up: ${words}\n`);
