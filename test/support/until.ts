import { setTimeout as pause } from "node:timers/promises";

/** Waits until `probe` gives something truthy, and gives it back; throws after `withinMs`. */
export async function until<T>(
  what: string,
  probe: () => T | Promise<T>,
  withinMs = 10_000,
): Promise<NonNullable<T>> {
  const end = performance.now() + withinMs;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (performance.now() > end) throw new Error(`Not within ${withinMs} ms: ${what}.`);
    await pause(20);
  }
}
