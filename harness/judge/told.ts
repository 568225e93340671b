import { InconclusiveError } from "../errors.ts";
import type { LoadRow, ObservationRow, Row } from "../record/schema.ts";
import { only } from "./rows.ts";
import { cut, indexAt } from "./series.ts";
import { number } from "./is.ts";
import type { Evidence, Series, Shape } from "./types.ts";
import { missing, type Within } from "./window.ts";

type Told = Pick<
  Evidence,
  | "observed"
  | "observedAs"
  | "number"
  | "observations"
  | "observationsAs"
  | "observedSeries"
  | "load"
>;

/** What the drive and the scenario's own processes told. */
export function told(
  rows: readonly Row[],
  within: Within,
  declared: { readonly loads?: readonly string[] },
): Told {
  const observed = Map.groupBy(only(rows, "observation"), ({ name }) => name);
  const loads = Map.groupBy(only(rows, "load"), ({ name }) => name);
  const all = (name: string): readonly ObservationRow[] => {
    const found = observed.get(name);
    if (found) return found;
    throw missing(`no observation "${name}"`);
  };
  const observationsAs: Evidence["observationsAs"] = (name, shape) =>
    all(name).map(({ t, value }) => ({ t, value: shaped(name, value, shape) }));
  const series = new Map<string, Series>();
  const laidOut = (name: string): Series => {
    const known = series.get(name);
    if (known) return known;
    const found = observationsAs(name, number);
    const made = { name, t: found.map(({ t }) => t), v: found.map(({ value }) => value) };
    series.set(name, made);
    return made;
  };
  return {
    observed: (name) => all(name).at(-1)!.value,
    observedAs: (name, shape) => shaped(name, all(name).at(-1)!.value, shape),
    number: (name) => shaped(name, all(name).at(-1)!.value, number),
    observations: (name) => all(name).map(({ t, value }) => ({ t, value })),
    observationsAs,
    observedSeries(name, during) {
      const part = cut(laidOut(name), within(during));
      if (part.t.length > 0) return part;
      throw missing(`no observation "${name}" in that window`);
    },
    load(name, during) {
      const { from, to } = within(during);
      const found = loads.get(name) ?? (declared.loads?.includes(name) ? [] : undefined);
      if (!found)
        throw missing(`no load "${name}", and the scenario's \`loads\` do not speak of it`);
      return found
        .slice(indexAt(found, from, timeOf), indexAt(found, to, timeOf))
        .reduce((sum, { count }) => sum + count, 0);
    },
  };
}

const timeOf = ({ t }: LoadRow) => t;

function shaped<T>(name: string, value: unknown, shape: Shape<T>): T {
  if (shape(value)) return value;
  const what = shape === (number as unknown) ? "is no number but" : "has another shape:";
  throw new InconclusiveError(
    "WRONG_SHAPE",
    `The observation "${name}" ${what} ${(JSON.stringify(value) ?? "nothing").slice(0, 80)}.`,
  );
}
