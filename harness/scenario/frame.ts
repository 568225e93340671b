import { realpathSync } from "node:fs";
import { isAbsolute, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** A line of a scenario's own code. */
export interface Frame {
  /** Relative to the scenario's folder. */
  readonly path: string;
  readonly line: number;
}

/** Where in a folder's code an error came from: the innermost frame of its stack that lies there. */
export function frameBelow(error: unknown, folder: string): Frame | undefined {
  const frames = framesOf(error);
  const root = frames.length > 0 ? realpathSync(folder) : folder; // as Node names what it loads
  for (const { file, line } of frames) {
    const path = relative(root, file);
    if (path !== "" && !path.startsWith("..") && !isAbsolute(path))
      return { path: path.replaceAll(/\p{C}/gu, ""), line };
  }
  return undefined;
}

/** What stands after the message; whoever throws may have put anything there, or a getter. */
function framesOf(error: unknown): readonly { readonly file: string; readonly line: number }[] {
  try {
    if (!(error instanceof Error) || typeof error.stack !== "string") return [];
    const { message, stack } = error;
    const frames = stack.slice(Math.max(0, stack.indexOf(message)) + message.length).split("\n");
    return frames.flatMap((frame) => {
      const [, file, line] =
        /^ +at (?:.*\()?(?:async )?(file:\/\/.+|\/.+):(\d+):\d+\)?$/.exec(frame) ?? [];
      if (file === undefined) return [];
      return [{ file: file.startsWith("file:") ? fileURLToPath(file) : file, line: Number(line) }];
    });
  } catch {
    return [];
  }
}
