import { resolve } from "node:path";
import { ExitCode } from "../errors.ts";
import { exitCodeOf } from "../judge/verdict.ts";
import { replay } from "../replay/replay.ts";
import { verdictJson } from "../report/index.ts";
import { cleanLine } from "../report/terminal/clean.ts";
import { createLiveView } from "../report/terminal/live.ts";
import { verdictTable } from "../report/terminal/table.ts";
import { loadScenarios } from "../scenario/load.ts";
import { shown } from "../scenario/shown.ts";
import { endAtOnce, onFault } from "./ending.ts";
import { hearInTime } from "./priority.ts";
import { stderrProgress } from "./progress.ts";
import { toldError } from "./told-error.ts";

export interface RunRequest {
  readonly ids: readonly string[];
  readonly arm?: readonly string[];
  readonly repeat: number;
  readonly jobs?: number;
  readonly out: string;
  readonly json: boolean;
}

/** Replays, shows and reports; gives the exit code. */
export async function runCommand(request: RunRequest): Promise<number> {
  const { ids, arm, repeat, jobs, out, json } = request;
  using interrupt = listenForInterrupt();
  hearInTime();
  const scenarios = await loadScenarios(ids);
  const view = createLiveView(process.stderr);
  try {
    const { folder, verdict, unreported, unaudited } = await replay({
      scenarios,
      repeat,
      out: resolve(out),
      signal: interrupt.signal,
      progress: stderrProgress,
      reporter: view,
      ...(arm === undefined ? {} : { arms: arm }),
      ...(jobs === undefined ? {} : { jobs }),
    });
    view.stop();
    process.stdout.write(json ? verdictJson(verdict) : verdictTable(verdict, process.stdout));
    const page = cleanLine(`${shown(folder)}/report.html`);
    process.stderr.write(
      unreported ? `\n${toldError(unreported)}\n` : `\n${page} has the charts and every claim.\n`,
    );
    if (unaudited) process.stderr.write(`${toldError(unaudited)}\n`);
    const code = interrupt.exitCode() ?? exitCodeOf(verdict);
    return code === ExitCode.ok ? ((unaudited ?? unreported)?.exitCode ?? code) : code;
  } catch (error) {
    view.stop();
    if (interrupt.signal.aborted) return interrupt.exitCode() ?? ExitCode.interrupted;
    throw error;
  }
}

/** A terminal's Ctrl-C may reach us more than once: by the shell's group and by npm. */
const sameKeyPressMs = 400;

/** What takes longer is left to the watchdog: an engine that is frozen answers nobody. */
const takeDownWithinMs = 10_000;

/**
 * The first SIGINT, SIGTERM or end of our parent ends the run in order, a second one at once. A
 * fault that nobody caught ends it in order, too.
 */
function listenForInterrupt() {
  const controller = new AbortController();
  let code: number | undefined;
  let first = 0;
  const begin = (exitCode: number, what: string) => {
    first = performance.now();
    code = exitCode;
    process.stderr.write(`\n${what}: taking everything down; once more ends at once\n`);
    controller.abort(new Error("interrupted"));
    setTimeout(() => {
      process.stderr.write(`not all is down after ${takeDownWithinMs / 1000} s: this ends now\n`);
      endAtOnce(exitCode);
    }, takeDownWithinMs).unref();
  };
  const on = (exitCode: number, what: string) => () => {
    if (!controller.signal.aborted) begin(exitCode, what);
    else if (performance.now() - first > sameKeyPressMs) endAtOnce(exitCode);
  };
  const listeners = Object.entries({
    SIGINT: on(ExitCode.interrupted, "interrupted"),
    SIGTERM: on(ExitCode.terminated, "asked to end"),
    SIGHUP: on(ExitCode.terminated, "the terminal is gone"),
    disconnect: on(ExitCode.terminated, "the parent process is gone"),
  });
  for (const [event, listener] of listeners) process.on(event, listener);
  onFault(() => controller.signal.aborted || begin(ExitCode.internal, "a fault"));
  return {
    signal: controller.signal,
    exitCode: () => code,
    [Symbol.dispose]() {
      for (const [event, listener] of listeners) process.off(event, listener);
      onFault(undefined);
    },
  };
}
