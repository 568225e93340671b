import { open } from "node:fs/promises";
import { join } from "node:path";
import { shown } from "./shown.ts";
import { filesBelow } from "./walk.ts";

/** As much as a first line may hold. */
const firstBytes = 512;

/**
 * Files that end their lines as Windows does and can't: scripts, which Linux looks for an
 * interpreter of that name for, and patches, which then fit nothing. One line for each.
 */
export async function lineEndProblems(folder: string): Promise<readonly string[]> {
  const files = (await filesBelow(folder)).filter(({ kind }) => kind === "file");
  const wrong = await Promise.all(
    files.map(async ({ path }) => {
      const begin = await beginOf(join(folder, path));
      const matters = begin.startsWith("#!") || /\.(patch|diff)$/.test(path);
      return matters && /^[^\n]*\r\n/.test(begin) ? [path] : [];
    }),
  );
  return wrong
    .flat()
    .map(
      (path) =>
        `${shown(join(folder, path))}:1: its lines end in CRLF, which breaks it in a container: say \`* text=auto eol=lf\` in .gitattributes, and check it out again`,
    );
}

/** What nobody may read is no part of an image: told elsewhere, if it is. */
async function beginOf(path: string): Promise<string> {
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(firstBytes), 0, firstBytes, 0);
    return buffer.toString("latin1", 0, bytesRead);
  } catch {
    return "";
  }
}
