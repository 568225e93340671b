import type { ArmVerdict } from "../../judge/verdict-types.ts";
import type { ArmRun } from "../reporter.ts";
import { plainView } from "./plain.ts";
import { createScreen } from "./screen.ts";
import { armBlock, newGauge, observe, type Gauge } from "./gauge.ts";
import type { LiveView, ViewStream } from "./view.ts";
import { endedLine, runName } from "./words.ts";

/** The run as it goes: redrawn in place on a terminal, plain lines elsewhere. */
export function createLiveView(
  stream: ViewStream,
  now: () => number = () => performance.now(),
): LiveView {
  return stream.isTTY === true ? terminalView(stream, now) : plainView(stream, now);
}

function terminalView(stream: ViewStream, now: () => number): LiveView {
  const running = new Map<string, Gauge>();
  let queued = 0;
  const screen = createScreen(stream, (width, height) => {
    const blocks = [...running.values()].flatMap((gauge) => armBlock(gauge, now(), width));
    // Never taller than the terminal: what has scrolled away cannot be redrawn.
    const shown = blocks.slice(0, Math.max(0, Math.floor((height - 2) / 2) * 2));
    const hidden = (blocks.length - shown.length) / 2;
    return [...shown, ...tally(queued, hidden)];
  });
  // Samples that say nothing new are told late: the clock must go on without them.
  const clock = setInterval(() => running.size > 0 && screen.redraw(), 500).unref();
  return {
    armQueued() {
      queued += 1;
      screen.redraw();
    },
    armStarted(run: ArmRun) {
      queued = Math.max(0, queued - 1);
      running.set(runName(run), newGauge(run, now()));
      screen.redraw();
    },
    phase(run, name) {
      const gauge = running.get(runName(run));
      if (gauge !== undefined) gauge.phase = name;
      screen.redraw();
    },
    container(run, { service, limits }) {
      running.get(runName(run))?.limits.set(service, limits.memory);
    },
    sample(run, service, row) {
      const gauge = running.get(runName(run));
      if (gauge !== undefined) observe(gauge, service, row);
      screen.redraw();
    },
    armEnded(run: ArmRun, verdict: ArmVerdict | undefined) {
      running.delete(runName(run));
      screen.print(endedLine(run, verdict));
    },
    note: (line) => screen.print(line),
    stop() {
      clearInterval(clock);
      screen.close();
    },
  };
}

function tally(queued: number, hidden: number): readonly string[] {
  const parts = [
    ...(hidden > 0 ? [`${hidden} more running`] : []),
    ...(queued > 0 ? [`${queued} waiting`] : []),
  ];
  return parts.length === 0 ? [] : [`  ${parts.join(", ")}`];
}
