import type { Progress } from "../progress.ts";
import { whenEnded } from "../report/terminal/words.ts";

/** Nobody is to wonder for longer than this whether anything still happens. */
const STILL_MS = 10_000;

/** What a step is called that has no words without names. */
export const PLAIN = "setting up";

/**
 * Says on standard error what kind of thing is done and how long it took, and not of what: images
 * are named after the incident, and would tell what a drill is about.
 */
export const quietProgress: Progress = {
  async step(_, run, plain = PLAIN) {
    const began = performance.now();
    const tell = (how: string) => {
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      process.stderr.write(`set-up: ${plain}: ${how}, ${seconds} s\n`);
    };
    const still = setInterval(() => tell("still at it"), STILL_MS);
    try {
      return await whenEnded(run, tell);
    } finally {
      clearInterval(still);
    }
  },
  note() {},
};
