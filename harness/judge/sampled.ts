import { covered } from "./coverage.ts";
import { checkSeen } from "./gaps.ts";
import type { Life } from "./lives.ts";
import { peakIn } from "./peak.ts";
import type { ServiceRows } from "./rows.ts";
import { pointsOf, valueBefore } from "./series.ts";
import { maximum, minimum } from "./statistics.ts";
import type { Evidence, Series, Watch } from "./types.ts";
import { watchOf } from "./watch.ts";
import { missing, type Within } from "./window.ts";
import type { SampleValues } from "../record/schema.ts";

type Sampled = Pick<
  Evidence,
  "series" | "first" | "last" | "highest" | "lowest" | "lastBefore" | "services" | "peak" | "limit"
>;

const nothing: ServiceRows = { container: undefined, samples: [], events: [], gaps: [] };

/** All that was sampled of a service's metric, however it was watched. */
export type AllOf = (service: string, metric: keyof SampleValues) => Series;

/** The series of a record up to `end`, each laid out once. */
export function seriesOf(services: ReadonlyMap<string, ServiceRows>, end: number): AllOf {
  const of = (service: string) => services.get(service) ?? nothing;
  const watches = new Map<string, Watch>();
  const whole = new Map<string, Series>();

  const watch = (service: string) => {
    if (of(service).samples.length === 0) return undefined; // which is told by whoever looks for one
    return once(watches, service, () => {
      const how = watchOf(of(service), end);
      if (how) return how;
      throw missing(`samples of "${service}", and not how they were to be taken`);
    });
  };
  return (service, metric) =>
    once(whole, `${service} ${metric}`, (name): Series => {
      const how = watch(service);
      return { name, ...pointsOf(of(service).samples, metric), ...(how && { watch: how }) };
    });
}

/** What the samplers saw, and of which containers. */
export function sampled(
  services: ReadonlyMap<string, ServiceRows>,
  within: Within,
  lives: (service: string) => readonly Life[],
  allOf: AllOf,
): Sampled {
  const { to: end } = within(undefined);
  const series: Evidence["series"] = (service, metric, during) =>
    covered(allOf(service, metric), within(during));

  return {
    series,
    first(service, metric, during) {
      const { from } = within(during);
      const part = series(service, metric, during);
      checkSeen(part, { from, to: part.t[0]! }, from);
      return part.v[0]!;
    },
    last(service, metric, during) {
      const { to } = within(during);
      const part = series(service, metric, during);
      checkSeen(part, { from: part.t.at(-1)!, to }, to);
      return part.v.at(-1)!;
    },
    highest: (...asked) => maximum(series(...asked).v),
    lowest: (...asked) => minimum(series(...asked).v),
    lastBefore: (service, metric, t) => valueBefore(allOf(service, metric), Math.min(t, end)),
    services: () =>
      [...services].filter(([, { samples }]) => samples.length > 0).map(([name]) => name),
    peak: (service, during) => peakIn(allOf(service, "current"), lives(service), within(during)),
    limit(service) {
      const container = services.get(service)?.container;
      if (container) return container.limits.memory;
      throw missing(`no service "${service}"`);
    },
  };
}

function once<T>(made: Map<string, T>, name: string, make: (name: string) => T): T {
  if (!made.has(name)) made.set(name, make(name));
  return made.get(name)!;
}
