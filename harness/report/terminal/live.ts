import { createCourse } from "./course.ts";
import { incidentLines, tally } from "./course-words.ts";
import { plainView } from "./plain.ts";
import { createScreen } from "./screen.ts";
import { createSteps } from "./steps.ts";
import type { LiveView, ViewStream } from "./view.ts";
import { disturbedLine, endedLine, stepLine, whenEnded } from "./words.ts";

/** The run as it goes: redrawn in place on a terminal, plain lines elsewhere; phases if `verbose`. */
export function createLiveView(
  stream: ViewStream,
  now: () => number = () => performance.now(),
  verbose = false,
): LiveView {
  return stream.isTTY === true ? terminalView(stream, now) : plainView(stream, now, verbose);
}

/** Samples that say nothing new are told late: the clock must go on without them. */
const CLOCK_MS = 500;

function terminalView(stream: ViewStream, now: () => number): LiveView {
  const course = createCourse(now);
  const steps = createSteps(now);
  const began = now();
  const screen = createScreen(stream, (width, height) => {
    // Never taller than the terminal: what has scrolled away cannot be redrawn.
    const below = [...steps.lines(), tally(course, now() - began)].slice(1 - height);
    const incidents = incidentLines(course, now(), Math.min(width, 100));
    return [...incidents.slice(0, Math.max(0, height - 1 - below.length)), ...below];
  });
  const clock = setInterval(() => screen.redraw(), CLOCK_MS).unref();
  const redrawn =
    <T extends readonly unknown[]>(hook: (...told: T) => void) =>
    (...told: T) => {
      hook(...told);
      screen.redraw();
    };
  return {
    armQueued: redrawn(course.armQueued),
    left: redrawn(course.left),
    armStarted: redrawn(course.armStarted),
    phase: redrawn(course.phase),
    container: course.container,
    sample: redrawn(course.sample),
    observation: redrawn(course.observation),
    armEnded(run, verdict) {
      course.armEnded(run, verdict);
      // What is as claimed is seen in its incident's line.
      if (verdict?.ok) screen.redraw();
      else screen.print(endedLine(run, verdict, course.incidents.get(run.scenario)?.definition));
    },
    armDisturbed(run, reason) {
      course.armDisturbed(run, reason);
      screen.print(disturbedLine(run, reason));
    },
    note: screen.print,
    live: steps.live,
    async step(what, run) {
      const since = now();
      using _step = steps.begin(what);
      screen.redraw();
      return await whenEnded(run, (how) => screen.print(stepLine(what, how, now() - since)));
    },
    stop() {
      clearInterval(clock);
      screen.close();
    },
  };
}
