/** Steps of setting up that are under way, each with what is said of it. */
export interface Steps {
  /** A step begins; it is over when this is disposed of. */
  begin(what: string): Disposable;
  /** What goes on in one of them, asked for whenever it is shown. */
  live(what: () => string): Disposable;
  /** One line a step and a thing that goes on in it. */
  lines(): readonly string[];
}

export function createSteps(now: () => number): Steps {
  const steps = new Set<{ readonly what: string; readonly since: number }>();
  const live = new Set<() => string>();
  return {
    begin: (what) => member(steps, { what, since: now() }),
    live: (what) => member(live, () => what()),
    lines: () => [
      ...[...steps].map(
        ({ what, since }) => `set-up: ${what}, ${Math.round((now() - since) / 1000)} s`,
      ),
      ...[...live].map((what) => `  ${what()}`),
    ],
  };
}

function member<T>(all: Set<T>, one: T): Disposable {
  all.add(one);
  return { [Symbol.dispose]: () => void all.delete(one) };
}
