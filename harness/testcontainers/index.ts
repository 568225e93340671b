/**
 * For tests with testcontainers: what containers take while a test uses them.
 * The matchers come by `import "aftershock/vitest"`.
 */
export { watch } from "./watch.ts";
export type { Seen } from "./seen.ts";
export type { Judged, Measured } from "./measured.ts";
export type { Watchable } from "./targets.ts";
export { GiB, KiB, MiB } from "../judge/units.ts";
