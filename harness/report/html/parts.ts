import type { Role } from "../../record/schema.ts";
import type { ArmVerdict, ScenarioVerdict } from "../../judge/verdict-types.ts";
import { RANKS } from "../chart/lines.ts";
import { escape } from "../escape.ts";
import { once } from "../once.ts";
import { isOpen } from "../telling.ts";

/** Marks used all over the page, drawn once. */
export const SYMBOLS =
  `<svg width="0" height="0" aria-hidden="true" style="position:absolute">` +
  `<symbol id="yes" viewBox="0 0 12 12"><path d="M1.5 6.5l3 3 6-7"/></symbol>` +
  `<symbol id="no" viewBox="0 0 12 12"><path d="M2 2l8 8M10 2l-8 8"/></symbol>` +
  `<symbol id="open" viewBox="0 0 12 12"><path d="M2 6h8"/></symbol></svg>`;

/** Check, cross or dash; decoration only, the word beside it says the same. */
export function glyph(kind: "yes" | "no" | "open"): string {
  return `<svg class="glyph ${kind}" aria-hidden="true"><use href="#${kind}"/></svg>`;
}

/** The verdict's word; one that is not as claimed is set in reverse and says so. */
export function verdictWord(arm: ArmVerdict): string {
  const { ok, verdict } = arm;
  if (ok) return `<span class="verdict">${glyph("yes")}${escape(verdict)}</span>`;
  return `<span class="verdict off">${glyph(isOpen(arm) ? "open" : "no")}${escape(verdict)}</span>`;
}

/** The stroke that an arm's line has in the charts. */
export function swatch(role: Role, rank: number): string {
  return (
    `<svg class="chart swatch" viewBox="0 0 26 8" aria-hidden="true">` +
    `<path class="line ${role} rank${rank % RANKS}" d="M0 4h26"/></svg>`
  );
}

/**
 * Which of the arms of its role an arm is, counted in the scenario's order: its dash pattern.
 * Controls are never on one chart, so they need none.
 */
export function rankOf(scenario: ScenarioVerdict, arm: ArmVerdict): number {
  if (arm.role === "control") return 0;
  return namesByRole(scenario).get(arm.role)?.indexOf(arm.name) ?? 0;
}

const namesByRole = once(({ arms }: ScenarioVerdict): ReadonlyMap<Role, readonly string[]> => {
  const runs = Map.groupBy(arms, ({ role }) => role);
  return new Map([...runs].map(([role, all]) => [role, [...new Set(all.map(({ name }) => name))]]));
});

export interface Column {
  readonly title: string;
  /** Numbers stand at the right, so that they can be compared. */
  readonly number?: boolean;
}

/** A table in a box of its own, so that a narrow screen scrolls the table and not the page. */
export function table(name: string, columns: readonly Column[], rows: readonly string[]): string {
  const heads = columns.map(
    ({ title, number }) =>
      `<th scope="col"${number === true ? ' class="number"' : ""}>${escape(title)}</th>`,
  );
  return (
    `<div class="scroll"><table class="${escape(name)}">` +
    `<thead><tr>${heads.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`
  );
}

export const words = (...titles: readonly string[]): readonly Column[] =>
  titles.map((title) => ({ title }));
export const numbers = (...titles: readonly string[]): readonly Column[] =>
  titles.map((title) => ({ title, number: true }));
