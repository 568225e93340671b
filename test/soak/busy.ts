/**
 * `npm run busy -- [LOOPS [REPEATS [ARM...]]]`: every pair, or these arms, REPEATS times, beside LOOPS
 * endless loops. However slow the machine is, no right fix may be told "not fixed", and no failure "not reproduced";
 * "inconclusive" and "environment" are honest answers. Prints what came of each arm; 1 if one is wrong.
 */
import { spawn } from "node:child_process";
import { loadavg } from "node:os";
import { loadScenarios, replay, type Verdict } from "../../harness/index.ts";
import { told } from "../told.ts";

const [loops = 30, repeat = 4] = process.argv.slice(2, 4).map(Number);
const named = process.argv.slice(4);
const honest = new Set(["reproduced", "fixed", "inconclusive", "environment"]);

const keepBusy = Array.from({ length: loops }, () =>
  spawn("sh", ["-c", "while :; do :; done"], { stdio: "ignore" }),
);
process.on("exit", () => keepBusy.forEach((loop) => loop.kill("SIGKILL")));

const scenarios = await loadScenarios();
const arms = named.length > 0 ? named : "pair";
const { verdict, folder } = await replay({ scenarios, arms, repeat, progress: told });
console.log(tally(verdict).join("\n"));
console.log(`load ${loadavg()[0]!.toFixed(0)}; ${folder}`);
process.exit(wrong(verdict).length > 0 ? 1 : 0);

/** "boto-close/broken   reproduced 3, inconclusive 1", one line an arm. */
function tally({ scenarios: judged }: Verdict): string[] {
  return judged.flatMap(({ id, arms }) =>
    [...Map.groupBy(arms, ({ name }) => name)].map(([name, runs]) => {
      const words = Map.groupBy(runs, (arm) => arm.verdict);
      const counts = [...words].map(([word, { length }]) => `${word} ${length}`);
      return `${`${id}/${name}`.padEnd(40)} ${counts.join(", ")}`;
    }),
  );
}

function wrong({ scenarios: judged }: Verdict) {
  return judged.flatMap(({ arms }) => arms).filter((arm) => !honest.has(arm.verdict));
}
