import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { EnvironmentError } from "../errors.ts";
import { reasonOf, writeWhole } from "../files.ts";
import type { Verdict } from "../judge/verdict-types.ts";
import { renderHtml } from "./html/page.ts";
import type { ReportedRun } from "./judged.ts";
import { renderJunit } from "./junit.ts";
import { plainJson } from "./plain-json.ts";
import { renderSummary } from "./summary.ts";

/** The reports of a run by file name. The same input gives the same bytes. */
export function renderReports(judged: ReportedRun): Readonly<Record<string, string>> {
  return {
    "verdict.json": verdictJson(judged.verdict),
    "report.html": renderHtml(judged),
    "junit.xml": renderJunit(judged.verdict),
    "summary.md": renderSummary(judged.verdict, judged.scenarios),
  };
}

/** The verdict as it is written to verdict.json and to standard output. */
export const verdictJson = (verdict: Verdict): string => plainJson(verdict);

/**
 * Writes all reports into a run's folder, each whole or not at all; gives their paths.
 * @throws EnvironmentError REPORT_NOT_WRITTEN where the folder does not take one
 */
export async function writeReports(
  folder: string,
  judged: ReportedRun,
): Promise<readonly string[]> {
  const files = await recordFiles(folder);
  const reports = Object.entries(renderReports({ ...judged, files }));
  return Promise.all(reports.map(([name, text]) => writeReport(join(folder, name), text)));
}

async function writeReport(path: string, text: string): Promise<string> {
  try {
    await writeWhole(path, text);
    return path;
  } catch (cause) {
    const why = reasonOf(cause);
    throw new EnvironmentError("REPORT_NOT_WRITTEN", `${path} cannot be written: ${why}.`, {
      hint: "Where the folder is not yours to write to, report on a copy of it.",
      cause,
    });
  }
}

async function recordFiles(folder: string): Promise<readonly string[]> {
  const found = await readdir(join(folder, "record")).catch(() => []);
  const records = found.filter((name) => /\.ndjson(\.zst)?$/.test(name)).toSorted();
  return records.map((name) => `record/${name}`);
}
