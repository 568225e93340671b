import type { Progress } from "../progress.ts";
import { cleanText } from "../report/terminal/clean.ts";

/** One line a step on standard error: what it does, then how long it took. */
export const stderrProgress: Progress = {
  async step(what, run) {
    const began = performance.now();
    const tell = (how: string) =>
      say(`${what}: ${how}, ${((performance.now() - began) / 1000).toFixed(1)} s`, "\n");
    if (process.stderr.isTTY) say(`${what} ...`, "\r");
    try {
      const result = await run();
      tell("done");
      return result;
    } catch (error) {
      tell("failed");
      throw error;
    }
  },
  note: (line) => say(line, "\n"),
};

/** What a build or an engine says is shown among it: cleaned, as all that comes from elsewhere. */
function say(text: string, end: string): void {
  process.stderr.write(`set-up: ${cleanText(text)}${end}`);
}
