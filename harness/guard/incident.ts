import { resolve } from "node:path";
import { afterAll, assert, describe, test } from "vitest";
import type { VerdictWord } from "../judge/types.ts";
import { plan, type Job } from "../replay/plan.ts";
import { replay, type Replayed, type ReplayOptions } from "../replay/replay.ts";
import { createLiveView } from "../report/terminal/live.ts";
import { loadScenarios } from "../scenario/load.ts";
import { toldArm } from "./told.ts";

/** Which arms (default: all), how often, how many at once, and where the run's folder is made. */
export type IncidentOptions = Pick<ReplayOptions, "arms" | "repeat" | "jobs" | "out">;

/** Images may have to be built and an engine to be started. */
const SET_UP_MS = 30 * 60_000;
/** For an arm that was ended to be taken down, and for looking whether anything was left. */
const DOWN_MS = 60_000;

/**
 * Makes a test of each arm of a scenario, named by its folder (as `incidents/march`) or its id. The
 * arms that are not filtered out are replayed in one run, side by side where the machine holds them, so
 * the first test takes about as long as all. One fails with what was claimed, measured and asked for.
 * The lab ends an arm at its own limit; a test that is cancelled ends the run in order.
 */
export function incident(name: string, options: IncidentOptions = {}): void {
  describe(name, async () => {
    const scenarios = await loadScenarios([/[\\/]/.test(name) ? resolve(name) : name]);
    const jobs = plan(scenarios, options);
    // Each may be played twice.
    const timeout = jobs.reduce((sum, { limitMs }) => sum + 2 * limitMs, SET_UP_MS);
    const titles = new Map(jobs.map((job) => [`${job.arm} is ${wanted(job)}`, job]));
    const ended = new AbortController();
    let run: Promise<Replayed> | undefined;

    for (const [title, { scenario, arm }] of titles) {
      test(title, { timeout }, async ({ signal, task }) => {
        signal.addEventListener("abort", () => ended.abort(signal.reason), { once: true });
        const played = (task.suite?.tasks ?? []).filter(({ mode }) => !/skip|todo/.test(mode));
        const arms = played.map(({ name: one }) => titles.get(one)!.arm);
        run ??= replay({ ...options, scenarios, arms, signal: ended.signal, ...told() });
        const { verdict } = await run;
        const own = verdict.scenarios[0]?.arms.filter((one) => one.name === arm) ?? [];
        if (own.length === 0 || !own.every(({ ok }) => ok))
          assert.fail(own.map((one) => toldArm(`${scenario}/${arm}`, one)).join("\n"));
      });
    }
    afterAll(async () => {
      ended.abort();
      const { verdict, unaudited } = (await run?.catch(() => undefined)) ?? {};
      if (unaudited) throw unaudited;
      assert.deepEqual(verdict?.leftovers ?? [], [], "something was left behind");
    }, DOWN_MS);
  });
}

/** Who runs tests wants to know what takes so long. */
function told(): Pick<ReplayOptions, "progress" | "reporter"> {
  const view = createLiveView(process.stderr);
  return { progress: view, reporter: view };
}

/** What an arm comes to where all is as claimed. */
function wanted({ role, settings }: Job): VerdictWord {
  if (role === "broken") return "reproduced";
  if (role !== "control") return "fixed";
  return settings.kind === "no fault" ? "not reproduced" : "rejected";
}
