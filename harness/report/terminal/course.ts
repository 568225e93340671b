import type { ArmVerdict } from "../../judge/verdict-types.ts";
import type { ScenarioDefinition } from "../../scenario/types.ts";
import type { Reporter } from "../reporter.ts";
import { limitedBy, newGauge, observed, sampled, type Gauge } from "./gauge.ts";
import { runName } from "./words.ts";

/** One incident of a run as it goes. */
export interface Incident {
  readonly definition: ScenarioDefinition;
  /** Arms that have not begun. */
  waiting: number;
  readonly running: Map<string, Gauge>;
  /** Verdicts of arms that are over; undefined where one was broken off. */
  readonly ended: (ArmVerdict | undefined)[];
}

/** A run as it goes, by what a reporter is told of it. */
export interface Course extends Omit<Required<Reporter>, "note" | "row" | "stop"> {
  readonly incidents: ReadonlyMap<string, Incident>;
  /** About how many seconds of replaying are left now; undefined where nobody has told. */
  secondsLeft(): number | undefined;
}

export function createCourse(now: () => number): Course {
  const incidents = new Map<string, Incident>();
  let left: { readonly seconds: number; readonly at: number } | undefined;
  const gaugeOf = (run: Parameters<Course["armStarted"]>[0]) =>
    incidents.get(run.scenario)?.running.get(runName(run));
  return {
    incidents,
    secondsLeft: () => left && Math.max(0, left.seconds - (now() - left.at) / 1000),
    left: (seconds) => void (left = { seconds, at: now() }),
    armQueued({ scenario }, definition) {
      const none = { definition, waiting: 0, running: new Map(), ended: [] };
      const incident: Incident = incidents.get(scenario) ?? none;
      incidents.set(scenario, incident);
      incident.waiting += 1;
    },
    armStarted(run) {
      const incident = incidents.get(run.scenario);
      if (incident === undefined) return;
      incident.waiting -= 1;
      incident.running.set(runName(run), newGauge(run, now(), incident.definition));
    },
    phase(run, name) {
      const gauge = gaugeOf(run);
      if (gauge) gauge.phase = name;
    },
    container(run, row) {
      const gauge = gaugeOf(run);
      if (gauge) limitedBy(gauge, row);
    },
    sample(run, service, row) {
      const gauge = gaugeOf(run);
      if (gauge) sampled(gauge, service, row);
    },
    observation(run, row) {
      const gauge = gaugeOf(run);
      if (gauge) observed(gauge, row);
    },
    armEnded(run, verdict) {
      const incident = incidents.get(run.scenario);
      incident?.running.delete(runName(run));
      incident?.ended.push(verdict);
    },
    armDisturbed(run) {
      const incident = incidents.get(run.scenario);
      if (incident?.running.delete(runName(run))) incident.waiting += 1;
    },
  };
}
