import { relative } from "node:path";

/** A path as people type it: relative to where they stand, where that is below. */
export function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short === "" ? "." : short.startsWith("..") ? path : short;
}
