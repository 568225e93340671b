import { createHash } from "node:crypto";

const megabyte = Buffer.alloc(1_000_000);
/** Others may be in the way of some of them. */
const tries = 15;

/**
 * Milliseconds that this machine's processor needs for the MD5 of a megabyte, the least of several
 * tries: some 20 ms of work where it is fast. Undefined where the digest is forbidden (FIPS).
 *
 * Each step of it waits for the one before, no processor has instructions for it, and what shares
 * the core hardly slows it. And it is machine code from the start: a loop of JavaScript becomes that
 * in a thread of its own, and where that one waited for a busy processor, a fast one seemed two to
 * five times slower.
 */
export function pace(): number | undefined {
  try {
    const least = Math.min(...Array.from({ length: tries }, digestTime));
    return Number(least.toFixed(3));
  } catch {
    return undefined;
  }
}

function digestTime(): number {
  const began = performance.now();
  createHash("md5").update(megabyte).digest();
  return performance.now() - began;
}
