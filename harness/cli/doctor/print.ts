import { plainJson } from "../../report/plain-json.ts";
import { wrap } from "../../report/terminal/text.ts";
import type { Finding } from "./finding.ts";

const words = { ok: "ok  ", note: "note", fail: "FAIL" } as const;
const COLUMN = 19;
const INDENT = " ".repeat(6 + COLUMN);

/** A finding in lines: what it means, and below it how to mend it, in its own lines. */
export function lines({ what, state, told, hint }: Finding, width: number): readonly string[] {
  const [first = "", ...rest] = told.split("\n");
  const head = `${words[state]}  ${what.padEnd(COLUMN)}`;
  return [
    ...wrap(first, width, head, INDENT),
    ...rest.map((line) => INDENT + line),
    ...(state === "ok" || !hint ? [] : hint.split("\n").map((line) => `      ${line}`)),
  ];
}

/** All findings for a program. */
export function json(findings: readonly Finding[], exitCode: number): string {
  return plainJson({ schema: "aftershock/doctor@1", ok: exitCode === 0, exitCode, findings });
}
