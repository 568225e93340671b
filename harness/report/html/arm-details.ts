import { samplingOf } from "../../judge/totals.ts";
import type { Claim } from "../../judge/types.ts";
import type { ArmVerdict, ScenarioVerdict } from "../../judge/verdict-types.ts";
import { driveEnd } from "../../judge/time.ts";
import type { ContainerRow, Row } from "../../record/schema.ts";
import { originOf } from "../chart/trace.ts";
import { escape } from "../escape.ts";
import {
  boundText,
  formatBytes,
  formatCount,
  formatFigure,
  formatMargin,
  formatMs,
  measuredText,
  NOTHING,
  wordsOf,
} from "../format.ts";
import type { ReportedRun } from "../judged.ts";
import { recordFile, recordOf, rowsOf, type Rows } from "../rows.ts";
import { armTitle, figuresOf } from "../telling.ts";
import { glyph, numbers, rankOf, swatch, table, verdictWord, words } from "./parts.ts";

/** Everything about one run of one arm, folded away unless it is what one came for. */
export function armDetails(
  arm: ArmVerdict,
  scenario: ScenarioVerdict,
  { records, files = [] }: ReportedRun,
): string {
  const held = arm.claims.filter(({ ok }) => ok).length;
  const count =
    arm.claims.length === 0 ? "no claims" : `${held} of ${arm.claims.length} claims hold`;
  const record = recordOf(records, scenario.id, arm.name, arm.repeat);
  return (
    `<details${opens(arm, scenario) ? " open" : ""}><summary>` +
    `${swatch(arm.role, rankOf(scenario, arm))}<b>${escape(armTitle(arm, scenario))}</b>` +
    `<span class="role">${escape(arm.role)}</span>${verdictWord(arm)}<span class="count">${count}</span></summary>` +
    `<div class="arm">${said(arm)}${claims(arm)}${figures(arm)}${sampling(arm, record)}` +
    `${rawLink(recordFile(files, scenario.id, arm.name, arm.repeat))}</div></details>`
  );
}

function rawLink(file: string | undefined): string {
  if (file === undefined) return "";
  const how = file.endsWith(".zst")
    ? "one JSON object a line, packed by zstd"
    : "one JSON object a line";
  return `<p class="raw"><a href="${escape(file)}">Raw record</a> <span class="count">${how}</span></p>`;
}

/** The first broken and the first fixed arm, and all that did not come out as claimed. */
function opens(arm: ArmVerdict, { arms }: ScenarioVerdict): boolean {
  const first = arms.find(({ role }) => role === arm.role);
  return !arm.ok || (arm === first && (arm.role === "broken" || arm.role === "fixed"));
}

function said({ why, reason, notes }: ArmVerdict): string {
  const change = why === undefined ? "" : `<p>${escape(why)}</p>`;
  const remarks = reason === undefined ? notes : [reason, ...notes];
  return change + remarks.map((text) => `<p class="reason">${escape(text)}</p>`).join("");
}

function claims(arm: ArmVerdict): string {
  if (arm.claims.length === 0) return "";
  const columns = [
    ...words("What must hold"),
    ...numbers("Measured", "Bound", "To spare"),
    ...words(""),
  ];
  return table(
    "claims",
    columns,
    arm.claims.map((claim) => claimRow(claim, arm)),
  );
}

function claimRow(claim: Claim, arm: ArmVerdict): string {
  const word = claim.ok ? "holds" : arm.ok ? "fails, as it must" : "fails";
  return (
    `<tr${claim.ok || arm.ok ? "" : ' class="off"'}><th scope="row">${escape(claim.sentence)}</th>` +
    `<td class="number">${escape(measuredText(claim))}</td><td class="number">${escape(boundText(claim))}</td>` +
    `<td class="number">${spare(claim)}</td>` +
    `<td class="holds">${glyph(claim.ok ? "yes" : "no")}${word}</td></tr>`
  );
}

/** Exactly is exactly: there is nothing to spare. */
function spare({ relation, ok, margin }: Claim): string {
  return relation === "exactly" && ok ? "" : formatMargin(margin);
}

function figures(arm: ArmVerdict): string {
  const items = figuresOf(arm).map(
    ([key, figure]) => `<div><dt>${escape(wordsOf(key))}<dd>${escape(formatFigure(figure))}</div>`,
  );
  return items.length === 0 ? "" : `<dl>${items.join("")}</dl>`;
}

function sampling(arm: ArmVerdict, record: Rows | undefined): string {
  const spent = `Took ${formatMs(arm.durationMs)}, ${formatMs(arm.cpuMs)} of processor time.`;
  if (record === undefined) return `<p class="count">${spent}</p>`;
  const end: Row = { type: "drive-end", t: driveEnd(record) };
  const own = Map.groupBy(record.filter(ofService), ({ service }) => service);
  const first = new Map(
    rowsOf(record, "container")
      .toReversed()
      .map((row) => [row.service, row]),
  );
  const rows = [...first.values()]
    .reverse()
    .map((container) => serviceRow(container, [...(own.get(container.service) ?? []), end]));
  const measured = numbers("Rate", "Samples", "Gaps", "Kernel's peak", "Limit");
  const columns = [...words("Service", "Sampled from"), ...measured];
  const origin = originOf(record);
  const healthy =
    origin === undefined ? "" : ` Healthy ${formatMs(origin)} after its start: the charts' 0.`;
  return `${table("sampling", columns, rows)}<p class="count">${spent}${healthy}</p>`;
}

/** A service, by its own rows and the drive's end alone. */
function serviceRow(container: ContainerRow, own: Rows): string {
  const { service, limits } = container;
  const { hz, samples, gaps } = samplingOf(own);
  const peak = rowsOf(own, "sample").reduce((most, row) => Math.max(most, row.peak ?? 0), 0);
  const cells = [
    `${formatCount(hz)} Hz`,
    formatCount(samples),
    formatCount(gaps),
    peak === 0 ? NOTHING : formatBytes(peak),
    limits.memory === null ? "none" : formatBytes(limits.memory),
  ];
  return (
    `<tr><th scope="row">${escape(service)}</th><td>${sourceOf(container)}</td>` +
    `${cells.map((cell) => `<td class="number">${cell}</td>`).join("")}</tr>`
  );
}

const ofService = (row: Row): row is Row & { readonly service: string } =>
  "service" in row && row.service !== undefined;

/** Where its samples came from, by whom, and why from nowhere better. */
function sourceOf({ source, by, why }: ContainerRow): string {
  const reader = by === undefined ? "" : `, by a ${by} on the engine`;
  const reason = why === undefined ? "" : `<p class="count">${escape(why)}</p>`;
  return SOURCES[source] + reader + reason;
}

const SOURCES: Readonly<Record<ContainerRow["source"], string>> = {
  "cgroup-v1": "cgroup v1 files",
  "cgroup-v2": "cgroup v2 files",
  "stats-oneshot": "engine, one-shot stats",
  "stats-stream": "engine, stats stream",
};
