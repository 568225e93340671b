import type { Progress } from "../progress.ts";
import { cleanText } from "../report/terminal/clean.ts";
import { whenEnded } from "../report/terminal/words.ts";

/** Nobody is to wonder for longer than this whether anything still happens. */
const STILL_MS = 10_000;

/** One line a step on standard error: what it does, that it still does, then how long it took. */
export const stderrProgress: Progress = {
  async step(what, run) {
    const began = performance.now();
    const tell = (how: string) =>
      say(`${what}: ${how}, ${((performance.now() - began) / 1000).toFixed(1)} s`, "\n");
    const still = setInterval(() => tell("still at it"), STILL_MS);
    if (process.stderr.isTTY) say(`${what} ...`, "\r");
    try {
      return await whenEnded(run, tell);
    } finally {
      clearInterval(still);
    }
  },
  note: (line) => say(line, "\n"),
};

/** What a build or an engine says is shown among it: cleaned, as all that comes from elsewhere. */
function say(text: string, end: string): void {
  process.stderr.write(`set-up: ${cleanText(text)}${end}`);
}
