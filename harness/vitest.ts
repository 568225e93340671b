/**
 * For vitest: a guard of an incident, and matchers for verdicts.
 *
 *   import { incident } from "aftershock/vitest";
 *   incident("incidents/march"); // a test of each arm
 *
 *   const run = await replay({ scenarios: [await loadScenario("incidents/march")] });
 *   expect(run).toBeAsClaimed();
 *   expect(run).toReproduce("broken");
 *
 * and for what `aftershock/testcontainers` watches:
 *
 *   expect(seen.memory("anon")).toStayBelow(150 * MiB);
 */
import { expect } from "vitest";
import "./testcontainers/matchers.ts";
import { matchers } from "./guard/matchers.ts";
import type { VerdictWord } from "./judge/types.ts";

export { incident, type IncidentOptions } from "./guard/incident.ts";

declare module "vitest" {
  // oxlint-disable-next-line no-unused-vars -- vitest's own parameters, to merge with
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    /** Every arm of every scenario came out as its role claims, and nothing was left behind. */
    toBeAsClaimed(): R;
    /** The broken arm of that name, or each that was run, reproduced the failure. */
    toReproduce(arm?: string): R;
    /** The fixed arm of that name, or each that was run, is fixed. */
    toBeFixed(arm?: string): R;
    /** The control of that name, or each that was run, was turned down. */
    toBeRejected(arm?: string): R;
    /** The arm, named "arm" or "scenario/arm", got this verdict in each of its runs. */
    toJudge(arm: string, verdict: VerdictWord): R;
  }
}

expect.extend(matchers);
