import type { Claim } from "../../judge/types.ts";
import type { ArmVerdict } from "../../judge/verdict-types.ts";
import { boundText, formatMs, measuredText, NOTHING } from "../format.ts";
import { cleanLine } from "./clean.ts";
import { wrap } from "./text.ts";

/** What a fix of somebody's own came to, beside the broken arm it stands on. */
export interface JudgedFix {
  readonly scenario: string;
  readonly name: string;
  readonly verdict: ArmVerdict;
  /** The same promises held against the broken arm; empty where its record could not be judged. */
  readonly broken: readonly Claim[];
  /** What is to be known of the broken run. */
  readonly beside: readonly string[];
}

/** One line a promise: whether the fix meets it, how it was broken, how it is now, what was promised. */
export function fixTable(
  { scenario, name, verdict, broken, beside }: JudgedFix,
  columns = 80,
): string {
  const before = new Map(broken.map((claim) => [claim.id, measuredText(claim)]));
  const rows = verdict.claims.map((claim) => ({
    mark: claim.ok ? "ok" : "NO",
    text: cleanLine(claim.sentence),
    cells: [before.get(claim.id) ?? NOTHING, measuredText(claim), boundText(claim)].map(cleanLine),
  }));
  const head = ["broken", "yours", "promised"];
  const widths = head.map((word, i) =>
    Math.max(word.length, ...rows.map(({ cells }) => cells[i]!.length)),
  );
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) => cell.padStart(widths[i]!)).join("  ");
  const room = Math.max(24, columns - line(head).length - 6);
  const table = rows.flatMap(({ mark, text, cells }) => {
    const [first = "", ...more] = wrap(text, room, "");
    return [`${mark}  ${first.padEnd(room)}  ${line(cells)}`, ...more.map((rest) => `    ${rest}`)];
  });
  // What a build said has lines of its own.
  const told = [
    verdict.reason,
    ...verdict.notes,
    ...beside.map((note) => `The broken run: ${note}`),
  ];
  const why = told.flatMap((text) =>
    (text?.split("\n") ?? []).flatMap((line) => wrap(cleanLine(line), columns, "")),
  );
  return [
    ...(rows.length > 0
      ? [`${"yours: ok or NO".padEnd(room + 4)}  ${line(head)}`, ...table, ""]
      : []),
    ...why,
    `${scenario}, ${cleanLine(name)}: ${verdict.verdict}, ${formatMs(verdict.durationMs)}`,
    "",
  ].join("\n");
}
