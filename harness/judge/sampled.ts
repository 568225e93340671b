import { covered, watchOf } from "./coverage.ts";
import type { Life } from "./lives.ts";
import { peakIn } from "./peak.ts";
import type { ServiceRows } from "./rows.ts";
import { pointsOf, valueBefore } from "./series.ts";
import { maximum, minimum } from "./statistics.ts";
import type { Evidence, Series, Watch } from "./types.ts";
import { missing, type Within } from "./window.ts";
import type { SampleValues } from "../record/schema.ts";

type Sampled = Pick<
  Evidence,
  "series" | "first" | "last" | "highest" | "lowest" | "lastBefore" | "services" | "peak" | "limit"
>;

const nothing: ServiceRows = { container: undefined, samples: [], events: [], gaps: [] };

/** What the samplers saw, and of which containers. Each series is laid out once. */
export function sampled(
  services: ReadonlyMap<string, ServiceRows>,
  within: Within,
  lives: (service: string) => readonly Life[],
): Sampled {
  const of = (service: string) => services.get(service) ?? nothing;
  const { to: end } = within(undefined);
  const watches = new Map<string, Watch | undefined>();
  const whole = new Map<string, Series>();

  const watch = (service: string) => once(watches, service, () => watchOf(of(service), end));
  const allOf = (service: string, metric: keyof SampleValues) =>
    once(whole, `${service} ${metric}`, (name): Series => {
      const how = watch(service);
      return { name, ...pointsOf(of(service).samples, metric), ...(how && { watch: how }) };
    });
  const series: Evidence["series"] = (service, metric, during) =>
    covered(allOf(service, metric), within(during));

  return {
    series,
    first: (...asked) => series(...asked).v[0]!,
    last: (...asked) => series(...asked).v.at(-1)!,
    highest: (...asked) => maximum(series(...asked).v),
    lowest: (...asked) => minimum(series(...asked).v),
    lastBefore: (service, metric, t) => valueBefore(allOf(service, metric), Math.min(t, end)),
    services: () =>
      [...services].filter(([, { samples }]) => samples.length > 0).map(([name]) => name),
    peak: (service, during) => peakIn(allOf(service, "current"), lives(service), within(during)),
    limit(service) {
      const { container } = of(service);
      if (container) return container.limits.memory;
      throw missing(`no service "${service}"`);
    },
  };
}

function once<T>(made: Map<string, T>, name: string, make: (name: string) => T): T {
  if (!made.has(name)) made.set(name, make(name));
  return made.get(name)!;
}
