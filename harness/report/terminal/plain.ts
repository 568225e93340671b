import { formatMs } from "../format.ts";
import type { ArmRun } from "../reporter.ts";
import { cleanLine } from "./clean.ts";
import type { LiveView, ViewStream } from "./view.ts";
import { endedLine, runName } from "./words.ts";

/** The run as plain lines, for pipes and logs: no control codes, nothing drawn twice. */
export function plainView(stream: ViewStream, now: () => number): LiveView {
  const started = new Map<string, number>();
  const line = (text: string) => void stream.write(`${cleanLine(text)}\n`);
  const since = (run: ArmRun) =>
    formatMs(Math.round((now() - (started.get(runName(run)) ?? now())) / 100) * 100);
  return {
    armQueued() {},
    armStarted(run) {
      started.set(runName(run), now());
      line(`${runName(run)}: started (${run.role})`);
    },
    phase: (run, name) => line(`${runName(run)}: ${name} at ${since(run)}`),
    container() {},
    sample() {},
    armEnded: (run, verdict) => line(endedLine(run, verdict)),
    note: line,
    stop() {},
  };
}
