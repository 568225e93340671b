import { expect } from "vitest";
import type { Bounds } from "../judge/claim.ts";
import { boundText, formatFigure, measuredText } from "../report/format.ts";
import type { Judged, Measured } from "./measured.ts";
import type { Seen } from "./seen.ts";

/** At least so much; or a range. */
type Growth = number | { readonly atLeast?: number; readonly atMost?: number };

declare module "vitest" {
  // oxlint-disable-next-line no-unused-vars -- vitest's own parameters, to merge with
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** `seen.memory(...)`, `seen.processes()`: what was watched was less than this all the time. */
    toStayBelow(bound: number): R;
    /** It rose by that much at least (or by `{ atLeast, atMost }`) from the level before the mark. */
    toRiseBy(growth: Growth): R;
    /** Each call that was counted by `seen.call()` adds that much at least, or `{ atLeast, atMost }`. */
    toGrowPerCall(growth: Growth): R;
    /** The kernel's OOM killer has killed in a container that is watched. */
    toHaveBeenKilled(container?: string): R;
  }
}

/*
 * What cannot be judged throws, and so fails with `not` as well: a gap, too few samples, a
 * container that is gone, a number that is none.
 */
expect.extend({
  toStayBelow(measured: Measured, bound: number) {
    const judged = measuredBy(measured, "toStayBelow").highest({ atMost: finite(bound) });
    const below = formatFigure({ value: bound, unit: judged.claim.unit });
    return {
      pass: judged.claim.measured < bound,
      message: () => told(judged, this.isNot, `stay below ${below}`),
    };
  },
  toRiseBy(measured: Measured, growth: Growth) {
    const judged = measuredBy(measured, "toRiseBy").rise(boundsOf(growth));
    return { pass: judged.claim.ok, message: () => told(judged, this.isNot, "rise by") };
  },
  toGrowPerCall(measured: Measured, growth: Growth) {
    const judged = measuredBy(measured, "toGrowPerCall").growthPerCall(boundsOf(growth));
    return { pass: judged.claim.ok, message: () => told(judged, this.isNot, "grow by") };
  },
  toHaveBeenKilled(seen: Seen, container?: string) {
    if (typeof seen?.oomKills !== "function")
      throw new TypeError("toHaveBeenKilled is asked of what `await watch(...)` gives");
    const kills = seen.oomKills(container);
    const name = container ?? seen.containers.join(", ");
    return {
      pass: kills > 0,
      message: () =>
        kills > 0
          ? `the OOM killer has killed ${kills === 1 ? "once" : `${kills} times`} in ${name}, and should not have`
          : `the OOM killer has killed nobody in ${name}, and should have`,
    };
  },
});

function measuredBy(measured: Measured, matcher: string): Measured {
  if (typeof measured?.highest === "function") return measured;
  throw new TypeError(
    `${matcher} is asked of what was measured: expect(seen.memory("anon")).${matcher}(...)`,
  );
}

function boundsOf(growth: Growth): Bounds {
  if (typeof growth === "number") return { atLeast: finite(growth) };
  const { atLeast, atMost } = growth ?? {};
  for (const bound of [atLeast, atMost]) if (bound !== undefined) finite(bound);
  return growth;
}

/** Sizes are numbers of bytes here, as `150 * MiB`. */
function finite(bound: number): number {
  if (Number.isFinite(bound)) return bound;
  throw new TypeError(`a bound is a number, as 4 or 150 * MiB, not ${String(bound)}`);
}

function told({ claim, what, when, seen }: Judged, isNot: boolean, should: string): string {
  const wanted = should.endsWith(" by") ? `${should} ${boundText(claim)}` : should;
  return `${what}: measured ${measuredText(claim)} ${when}, and should${isNot ? " not" : ""} ${wanted} (${seen})`;
}
