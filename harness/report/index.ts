import { glob, mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Verdict } from "../judge/verdict-types.ts";
import { renderHtml } from "./html/page.ts";
import type { ReportedRun } from "./judged.ts";
import { renderJunit } from "./junit.ts";
import { renderSummary } from "./summary.ts";

/** The reports of a run by file name. The same input gives the same bytes. */
export function renderReports(judged: ReportedRun): Readonly<Record<string, string>> {
  return {
    "verdict.json": verdictJson(judged.verdict),
    "report.html": renderHtml(judged),
    "junit.xml": renderJunit(judged.verdict),
    "summary.md": renderSummary(judged.verdict),
  };
}

/** The verdict as it is written to verdict.json and to standard output. */
export function verdictJson(verdict: Verdict): string {
  return `${JSON.stringify(verdict, null, 2)}\n`;
}

/** Writes all reports into a run's folder, each whole or not at all; gives their paths. */
export async function writeReports(
  folder: string,
  judged: ReportedRun,
): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const files = await recordFiles(folder);
  const reports = Object.entries(renderReports({ ...judged, files }));
  return Promise.all(reports.map(([name, text]) => writeWhole(join(folder, name), text)));
}

async function recordFiles(folder: string): Promise<readonly string[]> {
  const found = await Array.fromAsync(glob("record/*.ndjson{,.zst}", { cwd: folder }));
  return found.map((file) => file.replaceAll("\\", "/")).toSorted();
}

/** A reader never sees a file half written. */
async function writeWhole(path: string, text: string): Promise<string> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
  return path;
}
