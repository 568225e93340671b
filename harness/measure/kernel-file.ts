import { closeSync, openSync, readSync } from "node:fs";

/** The kernel hands out a list in pieces of about this size; a much smaller one is the last. */
const page = 4096;
const buffer = Buffer.allocUnsafe(64 * 1024);

/** A counter file of the kernel, kept open: reading it again is one system call. */
export interface KernelFile {
  /** The file's text as it is now. Throws once the cgroup is gone. */
  read(): string;
  /** The same of a file that holds one whole number. */
  readNumber(): number;
  close(): void;
}

/** Opens a short file (one that the kernel hands out in one piece, so less than a page or so). */
export function openKernelFile(path: string): KernelFile {
  const fd = openSync(path, "r");
  const fill = () => readSync(fd, buffer, 0, buffer.length, 0);
  return {
    read: () => buffer.toString("latin1", 0, fill()),
    readNumber: () => wholeNumber(fill()),
    close: () => closeSync(fd),
  };
}

/** The same, or undefined where this kernel has no such file. */
export function openIfThere(path: string): KernelFile | undefined {
  try {
    return openKernelFile(path);
  } catch {
    return undefined;
  }
}

/**
 * The ids a list file (cgroup.procs, tasks) holds: how many, and the first one.
 * Opened anew each time: of an open list file that is read often, cgroup v1 repeats an old copy.
 */
export function readIds(path: string): { readonly count: number; readonly first: number } {
  const fd = openSync(path, "r");
  try {
    let count = 0;
    let first = Number.NaN;
    let n = 0;
    do {
      n = readSync(fd, buffer, 0, buffer.length, null);
      if (count === 0) first = Number.parseInt(buffer.toString("latin1", 0, Math.min(n, 16)), 10);
      for (let at = 0; at < n; at++) if (buffer[at] === 0x0a) count++;
    } while (n > page / 2);
    return { count, first };
  } finally {
    closeSync(fd);
  }
}

/** The number behind `key` in a file of "key number" lines; null if the key is not there. */
export function field(text: string, key: string): number | null {
  const needle = `${key} `;
  let at = text.startsWith(needle) ? 0 : text.indexOf(`\n${needle}`) + 1;
  if (at === 0 && !text.startsWith(needle)) return null;
  at += needle.length;
  const end = text.indexOf("\n", at);
  return Number(text.slice(at, end < 0 ? undefined : end));
}

/** The digits at the start of the buffer, without making a string of them 400 times a second. */
function wholeNumber(length: number): number {
  let value = 0;
  for (let at = 0; at < length; at++) {
    const digit = (buffer[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  return value;
}
