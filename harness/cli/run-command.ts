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
import { listenForInterrupt } from "./interrupt.ts";
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
