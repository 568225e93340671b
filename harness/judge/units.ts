import type { Unit } from "./types.ts";

/** Binary multiples, in bytes. */
export const KiB = 1024;
export const MiB = 1024 ** 2;
export const GiB = 1024 ** 3;

/** Units of measured numbers, as `Unit` has them: also those that come from a container. */
export function isUnit(unit: unknown): unit is Unit {
  return typeof unit === "string" && /^(B|ms|s|1|%|x|(B|1)\/.{0,100})$/.test(unit);
}
