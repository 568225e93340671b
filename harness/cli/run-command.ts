import { resolve } from "node:path";
import { ExitCode } from "../errors.ts";
import { exitCodeOf } from "../judge/verdict.ts";
import { replay, type Replayed } from "../replay/replay.ts";
import type { Shard } from "../replay/shard.ts";
import { formatAbout } from "../report/format.ts";
import { verdictJson } from "../report/index.ts";
import { cleanLine } from "../report/terminal/clean.ts";
import { createLiveView } from "../report/terminal/live.ts";
import { incidentTable } from "../report/terminal/incidents.ts";
import { armTable, endingText } from "../report/terminal/table.ts";
import { loadScenarios, type Scenario } from "../scenario/load.ts";
import { shown } from "../scenario/shown.ts";
import { tellGithub } from "./github.ts";
import { listenForInterrupt } from "./interrupt.ts";
import { hearInTime } from "./priority.ts";
import { toldError } from "./told-error.ts";

export interface RunRequest {
  readonly ids: readonly string[];
  /** Every arm; else those named, else each incident's pair. */
  readonly all: boolean;
  readonly arm?: readonly string[];
  readonly repeat: number;
  readonly shard?: Shard;
  readonly jobs?: number;
  readonly out: string;
  readonly json: boolean;
  /** Each phase as it begins, and each arm at the end, where neither was asked for. */
  readonly verbose: boolean;
}

/** Replays, shows and reports; gives the exit code. */
export async function runCommand(request: RunRequest): Promise<number> {
  const { ids, all, arm, repeat, shard, jobs, out, json } = request;
  const view = createLiveView(process.stderr, undefined, request.verbose);
  using interrupt = listenForInterrupt(view.note);
  hearInTime();
  const scenarios = await loadScenarios(ids);
  try {
    const done = await replay({
      scenarios,
      arms: all ? "all" : (arm ?? "pair"),
      repeat,
      out: resolve(out),
      signal: interrupt.signal,
      progress: view,
      reporter: view,
      ...(jobs === undefined ? {} : { jobs }),
      ...(shard && { shard }),
    });
    view.stop();
    const { verdict, unreported, unaudited } = done;
    process.stdout.write(json ? verdictJson(verdict) : endOf(request, scenarios, done));
    process.stderr.write(wordsAfter(request, done));
    if (!unreported) await tellGithub({ ...done, scenarios }, (text) => process.stderr.write(text));
    if (unaudited) process.stderr.write(`${toldError(unaudited)}\n`);
    const code = interrupt.exitCode() ?? exitCodeOf(verdict);
    return code === ExitCode.ok ? ((unaudited ?? unreported)?.exitCode ?? code) : code;
  } catch (error) {
    view.stop();
    if (interrupt.signal.aborted) return interrupt.exitCode() ?? ExitCode.interrupted;
    throw error;
  }
}

/** The arms where they were asked for, the incidents, and whatever is not as claimed. */
function endOf(
  { all, arm, verbose }: RunRequest,
  scenarios: readonly Scenario[],
  { verdict }: Replayed,
): string {
  const { stdout } = process;
  const known = new Map(scenarios.map(({ definition }) => [definition.id, definition]));
  return [
    all || arm || verbose ? armTable(verdict, stdout) : "",
    arm ? "" : incidentTable(verdict, known, stdout),
    endingText(verdict, stdout),
  ].join("");
}

/** Where there is more to see, and more to play. */
function wordsAfter({ ids, shard }: RunRequest, { folder, whole, unreported }: Replayed): string {
  const page = cleanLine(`${shown(folder)}/report.html`);
  const all = ["aftershock run", ...ids, "--all"].join(" ");
  const more =
    whole &&
    `${whole.arms - whole.played} more arms (other fixes, wrong ones), about ${formatAbout(whole.seconds)} here: ${all}`;
  const part =
    shard &&
    `This was shard ${shard.index} of ${shard.of}: \`aftershock merge DIR...\` makes one run of all.`;
  const lines = unreported
    ? ["", toldError(unreported)]
    : [`${page} has the charts and every claim.`];
  return [
    ...(more === undefined ? [] : [cleanLine(more)]),
    ...lines,
    ...(part ? [part] : []),
    "",
  ].join("\n");
}
