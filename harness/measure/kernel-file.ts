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

/** Ways to open one file more of those that are closed together. */
export interface Opener {
  /** Throws where there is no such file. */
  open(path: string): KernelFile;
  /** Undefined where there is none. */
  openIfThere(path: string): KernelFile | undefined;
}

/**
 * What `build` makes of the files it opens, with one `close` for all of them. Where one cannot be
 * opened, as the cgroup has just gone, those before it are closed again: nothing leaks.
 */
export function openTogether<T extends object>(
  build: (opener: Opener) => T,
): T & { close(): void } {
  const files: KernelFile[] = [];
  const close = () => files.forEach((file) => file.close());
  const keep = <F extends KernelFile | undefined>(file: F): F => {
    if (file) files.push(file);
    return file;
  };
  try {
    const built = build({
      open: (path) => keep(openKernelFile(path)),
      openIfThere: (path) => keep(openIfThere(path)),
    });
    return { ...built, close };
  } catch (error) {
    close();
    throw error;
  }
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
 * The ids a list file (cgroup.procs, tasks) holds, one a line.
 * Opened anew each time: of an open list file that is read often, cgroup v1 repeats an old copy.
 */
export function readIds(path: string): number[] {
  const fd = openSync(path, "r");
  try {
    const ids: number[] = [];
    let id = 0;
    let n = 0;
    do {
      n = readSync(fd, buffer, 0, buffer.length, null);
      for (let at = 0; at < n; at++) {
        const byte = buffer[at]!;
        if (byte === 0x0a) {
          ids.push(id);
          id = 0;
        } else id = id * 10 + byte - 0x30;
      }
    } while (n > page / 2);
    return ids;
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
