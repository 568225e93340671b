import { messageOf } from "../errors.ts";
import type { Reporter } from "./reporter.ts";

const hooks = [
  "armQueued",
  "left",
  "armStarted",
  "phase",
  "container",
  "sample",
  "row",
  "observation",
  "armEnded",
  "armDisturbed",
  "note",
  "stop",
] as const satisfies readonly (keyof Reporter)[];

/**
 * The same reporter, but what it throws, or promises in vain, costs nobody anything: it is told
 * once, and the reporter is asked no more.
 */
export function guarded(reporter: Reporter, tell: (line: string) => void): Required<Reporter> {
  let silenced = false;
  const silence = (error: unknown) => {
    if (!silenced) tell(`the reporter failed and is told no more: ${messageOf(error)}`);
    silenced = true;
  };
  const guard =
    (hook: (typeof hooks)[number]) =>
    (...told: readonly unknown[]): void => {
      if (silenced) return;
      try {
        const call = reporter[hook] as ((...told: unknown[]) => unknown) | undefined;
        const given = call?.apply(reporter, [...told]);
        if (given instanceof Promise) given.catch(silence);
      } catch (error) {
        silence(error);
      }
    };
  return Object.fromEntries(
    hooks.map((hook) => [hook, guard(hook)]),
  ) as unknown as Required<Reporter>;
}
