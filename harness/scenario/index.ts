/** All that a scenario imports. */
export { defineScenario } from "./define.ts";
export type * from "./stage-types.ts";
export type * from "./types.ts";
export type { Claim, Evidence, Figure, Guard, Series, Shape, Window } from "../judge/types.ts";
export type { Json, SampleRow } from "../record/schema.ts";
export { KiB, MiB, GiB } from "../judge/units.ts";
export * as claim from "../judge/claims.ts";
export { isOver } from "../judge/early.ts";
export * as is from "../judge/is.ts";
export { cut as partOf, valueBefore } from "../judge/series.ts";
