import type { ArmVerdict, ScenarioVerdict, Verdict } from "../judge/verdict-types.ts";
import { escape } from "./escape.ts";
import { claimText, isOpen, runTroubles } from "./telling.ts";

/**
 * The run as JUnit XML: a test suite per scenario, a test case per run of an arm. A verdict that
 * is not as claimed is a failure; `inconclusive` and `environment` are errors, and so is what the
 * run as a whole is to blame for, in a suite of its own.
 */
export function renderJunit(verdict: Verdict): string {
  const arms = verdict.scenarios.flatMap((scenario) => scenario.arms);
  const troubles = runTroubles(verdict);
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<testsuites name="aftershock" ${counts(arms, troubles.length)}>`,
    ...verdict.scenarios.map((scenario) => suite(scenario, verdict.startedAt)),
    ...(troubles.length > 0 ? [runSuite(troubles)] : []),
    `</testsuites>`,
    "",
  ].join("\n");
}

function suite({ id, arms }: ScenarioVerdict, startedAt: string): string {
  const timestamp = startedAt.slice(0, 19);
  return [
    `  <testsuite name="${escape(id)}" ${counts(arms)} skipped="0" timestamp="${escape(timestamp)}">`,
    ...arms.map((arm) => testcase(arm, id)),
    `  </testsuite>`,
  ].join("\n");
}

function runSuite(troubles: readonly string[]): string {
  return [
    `  <testsuite name="run" ${counts([], troubles.length)}>`,
    ...troubles.map(
      (trouble) =>
        `    <testcase classname="aftershock" name="${escape(trouble)}"><error message="${escape(trouble)}"/></testcase>`,
    ),
    `  </testsuite>`,
  ].join("\n");
}

function testcase(arm: ArmVerdict, scenario: string): string {
  const name = arm.repeat > 1 ? `${arm.name} #${arm.repeat}` : arm.name;
  return [
    `    <testcase classname="${escape(`aftershock.${scenario}`)}" name="${escape(`${name} (${arm.role})`)}" time="${seconds(arm.durationMs)}">`,
    ...problem(arm),
    `      <system-out>${escape([...(arm.ok ? arm.notes : []), ...claimLines(arm)].join("\n"))}</system-out>`,
    `    </testcase>`,
  ].join("\n");
}

function problem(arm: ArmVerdict): readonly string[] {
  if (arm.ok) return [];
  const element = isOpen(arm) ? "error" : "failure";
  const failed = arm.claims.find(({ ok }) => !ok);
  const message = [arm.verdict, arm.reason ?? failed?.sentence].filter(Boolean).join(": ");
  const body = [...arm.notes, ...claimLines(arm)].join("\n");
  return [
    `      <${element} type="${escape(arm.verdict)}" message="${escape(message)}">${escape(body)}</${element}>`,
  ];
}

function claimLines({ claims }: ArmVerdict): readonly string[] {
  return claims.map(
    (claim) => `${claim.ok ? "holds" : "fails"}: ${claim.sentence}: ${claimText(claim)}`,
  );
}

function counts(arms: readonly ArmVerdict[], troubles = 0): string {
  const wrong = arms.filter(({ ok }) => !ok);
  const errors = wrong.filter(isOpen).length;
  const time = seconds(arms.reduce((sum, { durationMs }) => sum + durationMs, 0));
  const tests = arms.length + troubles;
  return `tests="${tests}" failures="${wrong.length - errors}" errors="${errors + troubles}" time="${time}"`;
}

// Plain digits, as readers of JUnit want them: a larger number would have an exponent.
const seconds = (ms: number) => (Math.min(ms, Number.MAX_SAFE_INTEGER) / 1000).toFixed(3);
