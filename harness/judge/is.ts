/**
 * Shapes that a scenario holds observations against: `e.observedAs("users", is.listOf(is.text))`.
 * What a record holds was written by containers: it may be anything.
 */
import type { Shape } from "./types.ts";

/** What hollow evidence answers where a shape is asked for: a source of stand-ins, one for each kind of leaf. */
export interface StandIns {
  number(): number;
  text(): string;
  truth(): boolean;
  some<T>(...choices: readonly T[]): T;
}

type Known<T> = Shape<T> & { readonly standIn?: (from: StandIns) => T };

function shape<T>(
  holds: (value: unknown) => boolean,
  standIn: (from: StandIns) => unknown,
): Shape<T> {
  return Object.assign((value: unknown): value is T => holds(value), { standIn });
}

export const number: Shape<number> = shape(Number.isFinite, (from) => from.number());
export const text: Shape<string> = shape(
  (value) => typeof value === "string",
  (from) => from.text(),
);
export const truth: Shape<boolean> = shape(
  (value) => typeof value === "boolean",
  (from) => from.truth(),
);

/** One of these words or numbers. */
export function oneOf<const T extends string | number | boolean | null>(
  ...choices: readonly T[]
): Shape<T> {
  return shape(
    (value) => (choices as readonly unknown[]).includes(value),
    (from) => from.some(...choices),
  );
}

export function nullOr<T>(inner: Shape<T>): Shape<T | null> {
  return shape(
    (value) => value === null || inner(value),
    (from) => standInFor(inner, from),
  );
}

export function listOf<T>(inner: Shape<T>): Shape<readonly T[]> {
  return shape(
    (value) => Array.isArray(value) && value.every(inner),
    (from) => [1, 2, 3].map(() => standInFor(inner, from)),
  );
}

/** An object with any keys, each value of that shape. */
export function recordOf<T>(inner: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return shape(
    (value) => isObject(value) && Object.values(value).every(inner),
    (from) =>
      new Proxy<Record<string, unknown>>(
        {},
        {
          get: (_, key) => (typeof key === "string" ? standInFor(inner, from) : undefined),
          getOwnPropertyDescriptor: (_, key) => ({
            value: key,
            configurable: true,
            enumerable: true,
          }),
        },
      ),
  );
}

/** An object with these keys, and maybe others. */
export function object<T extends object>(keys: { readonly [K in keyof T]: Shape<T[K]> }): Shape<T> {
  const entries = Object.entries<Shape<unknown>>(keys);
  return shape(
    (value) => isObject(value) && entries.every(([key, inner]) => inner(value[key])),
    (from) => Object.fromEntries(entries.map(([key, inner]) => [key, standInFor(inner, from)])),
  );
}

/** Something of that shape; undefined for one that was made by hand. */
export function standInFor<T>(known: Shape<T>, from: StandIns): T {
  return (known as Known<T>).standIn?.(from) as T;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
