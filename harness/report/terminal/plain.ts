import { cleanLine } from "./clean.ts";
import { createCourse } from "./course.ts";
import { tally, underwayText } from "./course-words.ts";
import { createSteps } from "./steps.ts";
import type { LiveView, ViewStream } from "./view.ts";
import { disturbedLine, endedLine, runName, stepLine, whenEnded } from "./words.ts";

/** Nobody is to wonder for longer than this whether anything still happens. */
const SILENT_MS = 10_000;

/**
 * The run as few plain lines, for pipes and logs: no control codes, nothing drawn twice. Each step
 * and arm as it begins or ends, one line on all of it where nothing else was told for a while, and
 * phases where they are asked for.
 */
export function plainView(stream: ViewStream, now: () => number, verbose = false): LiveView {
  const course = createCourse(now);
  const steps = createSteps(now);
  const began = now();
  const line = (text: string) => {
    stream.write(`${cleanLine(text)}\n`);
    still.refresh();
  };
  const still = setInterval(() => {
    const going = [...steps.lines().map((text) => text.trim()), underwayText(course)];
    line([tally(course, now() - began), ...going.filter(Boolean)].join("; "));
  }, SILENT_MS).unref();
  return {
    ...course,
    armStarted(run) {
      course.armStarted(run);
      line(`${runName(run)}: started (${run.role})`);
    },
    phase(run, name) {
      course.phase(run, name);
      if (verbose) line(`${runName(run)}: ${name}`);
    },
    armEnded(run, verdict) {
      course.armEnded(run, verdict);
      line(endedLine(run, verdict, course.incidents.get(run.scenario)?.definition));
    },
    armDisturbed(run, reason) {
      course.armDisturbed(run, reason);
      line(disturbedLine(run, reason));
    },
    note: line,
    live: steps.live,
    async step(what, run) {
      const since = now();
      using _step = steps.begin(what);
      return await whenEnded(run, (how) => line(stepLine(what, how, now() - since)));
    },
    stop: () => clearInterval(still),
  };
}
