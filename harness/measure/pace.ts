import { createCipheriv } from "node:crypto";

const text = Buffer.alloc(50_000);
const [key, start] = [Buffer.alloc(24, 1), Buffer.alloc(8)];
/** Others may be in the way of some of them. */
const tries = 15;

/**
 * Milliseconds that this machine's processor needs to encrypt 50 kB by triple DES, the least of
 * several tries: some 20 ms of work where it is fast. Undefined where that is forbidden (FIPS).
 *
 * Each step of it waits for the one before, looks something up, and has no instruction of its own:
 * who shares the core hardly slows it, and an emulated processor is as slow at it as at other work.
 * And it is machine code from the start. A loop of JavaScript becomes that in a thread of its own:
 * where that one waited for a busy processor, a fast one seemed two to five times slower.
 */
export function pace(): number | undefined {
  try {
    const least = Math.min(...Array.from({ length: tries }, encryptionTime));
    return Number(least.toFixed(3));
  } catch {
    return undefined;
  }
}

function encryptionTime(): number {
  const cipher = createCipheriv("des-ede3-cbc", key, start);
  const began = performance.now();
  cipher.update(text);
  return performance.now() - began;
}
