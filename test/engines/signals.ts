/** Runs that a signal ends, at each stage of a run: what is left of them on the engine. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Engine } from "../../harness/engine/index.ts";
import { labelled } from "../../harness/lifecycle/sweep.ts";
import { main } from "../process/command.ts";
import { until } from "../support/until.ts";

const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 143, SIGKILL: "SIGKILL" } as const;
type Signal = keyof typeof codes;

const fixtures = join(import.meta.dirname, "../fixtures/scenario");
const run = ["run", join(fixtures, "misbehave"), "--arm", "broken", "--verbose"];
const check = ["check", join(fixtures, "tally"), "--fresh"];

/** When the signal comes: so long after the run has said this, or has begun. */
interface Moment {
  readonly command: readonly string[];
  readonly said?: RegExp;
  readonly ms: number;
  /** The run may be over by itself before the signal comes. */
  readonly late?: boolean;
}

const moments: Readonly<Record<string, Moment>> = {
  "set-up": { command: run, ms: 600 },
  build: { command: check, ms: 2500 },
  up: { command: run, said: /broken: started/, ms: 300 },
  drive: { command: run, said: /broken: baseline/, ms: 100 },
  down: { command: run, said: /broken: baseline/, ms: 950, late: true },
  judge: { command: run, said: /misbehave \/ broken: reproduced/, ms: 0, late: true },
};

/** A line for each end that was not as it should be: another exit code, or something left after 10 s. */
export async function endedBySignals(
  { docker }: Engine,
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly tried: number; readonly wrong: readonly string[] }> {
  const wrong: string[] = [];
  const all = Object.keys(moments).flatMap((stage) =>
    Object.keys(codes).map((signal) => [stage, signal as Signal] as const),
  );
  for (const [stage, signal] of all) {
    const how = await ended(moments[stage]!, signal, env);
    // Who has not begun to listen is ended by the signal itself.
    const right = how === codes[signal] || how === signal || (moments[stage]!.late && how === 0);
    if (!right) wrong.push(`${signal} in ${stage}: it ended with ${how}`);
    const gone = async () => (await labelled(docker)).length === 0;
    await until("nothing is left", gone, 10_000).catch(() =>
      wrong.push(`${signal} in ${stage}: something is left`),
    );
  }
  return { tried: all.length, wrong };
}

/** Its exit code, or what ended it. */
async function ended({ command, said, ms }: Moment, signal: Signal, env: NodeJS.ProcessEnv) {
  const folder = mkdtempSync(join(tmpdir(), "ended-"));
  try {
    const how = command === check ? ["--dir", slowToBuild(folder)] : [];
    const process = main([...command, ...how, "--out", join(folder, "runs")], { env });
    let told = "";
    let over = false;
    void process.finally(() => (over = true));
    process.stderr.on("data", (chunk: Buffer) => (told += chunk.toString()));
    if (said) await until(`${said}`, () => over || said.test(told), 60_000);
    await delay(ms);
    process.kill(signal);
    const { exitCode, signal: by } = await process;
    return exitCode ?? by;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A fix whose image takes a while, and is there from no earlier time. */
function slowToBuild(folder: string): string {
  mkdirSync(join(folder, "fix/app"), { recursive: true });
  const content = `FROM broken\nRUN sleep 3 && echo ${folder}\n`;
  writeFileSync(join(folder, "fix/app/Dockerfile"), content);
  return join(folder, "fix");
}
