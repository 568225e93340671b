import { is, type Evidence } from "../../harness/scenario/index.ts";
import { rowsIn } from "./reading.ts";

interface Told<T> {
  readonly t: number;
  readonly value: T;
}
type Answer = Told<{ readonly currency: string; readonly euro: number }>;

const CURRENCIES = ["czk", "usd", "gbp"];
/** What the service told may come a little later than what was made of it. */
const LATER = 250;

const answers = (e: Evidence): readonly Answer[] =>
  e.observationsAs("answer", is.object({ currency: is.text, euro: is.number }));

/**
 * Of the minutes of a phase, how many had their work done: rows written, or answers given of the
 * currency that was asked for least, whichever is fewer.
 */
export function workPerMinute(e: Evidence, phase: string): number {
  const during = e.phase(phase);
  const within = answers(e).filter(({ t }) => t >= during.from && t < during.to);
  const asked = CURRENCIES.map((name) => within.filter(({ value }) => value.currency === name));
  const done = Math.min(rowsIn(e, during), ...asked.map(({ length }) => length));
  return done / e.load("minutes", during);
}

/**
 * Rows that don't hold the price of the basket: the sum of one answer of each currency, given to
 * the run that wrote the row. Every answer is a hundredth dearer than the one before, so that an old
 * one shows as well as one that is missing.
 */
export function wrongRows(e: Evidence): number {
  const given = answers(e);
  const seen = Map.groupBy(newRows(e), ({ t }) => t);
  const looks = [...seen.keys()];
  // What the first two were made of was told in part before anybody listened.
  return looks.slice(2).flatMap((t, i) => {
    const since = given.filter((answer) => answer.t > looks[i]! - LATER && answer.t < t + LATER);
    return seen.get(t)!.filter(({ value }) => !isSumOf(value, since));
  }).length;
}

/** Each row once, when it was first seen, and its basket. */
function newRows(e: Evidence): readonly Told<number>[] {
  const rows = new Map<number, Told<number>>();
  for (const { t, value } of e.observationsAs("row", is.listOf(is.number))) {
    const [id, basket] = value as [number, number];
    if (!rows.has(id)) rows.set(id, { t, value: basket });
  }
  return [...rows.values()];
}

/** Whether it lies between the cheapest and the dearest basket that these answers make, rounded or not. */
function isSumOf(basket: number, given: readonly Answer[]): boolean {
  const each = CURRENCIES.map((name) =>
    given.filter(({ value }) => value.currency === name).map(({ value }) => value.euro),
  );
  const sum = (pick: (...prices: number[]) => number) =>
    each.reduce((total, prices) => total + pick(...prices), 0);
  return basket > sum(Math.min) * 0.999 && basket < sum(Math.max) * 1.001;
}
