import { relative } from "node:path";

/** A path as people type it: relative to where they stand, where that is below. */
export function shown(path: string): string {
  const short = relative(process.cwd(), path);
  return short === "" ? "." : short.startsWith("..") ? path : short;
}

/** ":12" where an error's stack tells the line of the file, else "". */
export function placeInStack(cause: unknown, file: string): string {
  const { stack } = cause instanceof Error ? cause : {};
  if (typeof stack !== "string") return "";
  const at = stack.indexOf(file);
  return at < 0 ? "" : (/^:\d+/.exec(stack.slice(at + file.length))?.[0] ?? "");
}
