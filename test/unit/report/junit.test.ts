import { describe, expect, test } from "vitest";
import { renderJunit } from "../../../harness/report/junit.ts";
import { arm, claim, judgedRun, verdictOf } from "./fixture.ts";

const wrong = claim({ sentence: 'stays < 5 % & "flat"', ok: false, margin: -0.5 });

describe("renderJunit", () => {
  test("an arm as claimed is a passed test case, also a rejected control", () => {
    const xml = renderJunit(judgedRun().verdict);
    expect(xml).toContain('<testsuite name="boto-close" tests="3" failures="0" errors="0"');
    expect(xml).not.toMatch(/<failure|<error/);
  });

  test("a verdict that is not as claimed is a failure with the claim in its message", () => {
    const xml = renderJunit(
      verdictOf([arm({ verdict: "not fixed", role: "fixed", ok: false, claims: [wrong] })]),
    );
    expect(xml).toContain('failures="1" errors="0"');
    expect(xml).toContain(
      '<failure type="not fixed" message="not fixed: stays &lt; 5 % &amp; &quot;flat&quot;">',
    );
    expect(xml).toContain(
      "fails: stays &lt; 5 % &amp; &quot;flat&quot;: 512 MiB (at least 256 MiB)",
    );
  });

  test.each(["inconclusive", "environment"] as const)(
    "%s is an error with its reason",
    (verdict) => {
      const xml = renderJunit(
        verdictOf([arm({ verdict, ok: false, reason: "no engine", claims: [] })]),
      );
      expect(xml).toContain('failures="0" errors="1"');
      expect(xml).toContain(`<error type="${verdict}" message="${verdict}: no engine">`);
    },
  );

  test("what is to be known of an arm as claimed stands before its claims", () => {
    const xml = renderJunit(verdictOf([arm({ notes: ["Played again."] })]));
    expect(xml).toContain("<system-out>Played again.\nholds: ");
  });

  test("runs of one arm are told apart", () => {
    const xml = renderJunit(verdictOf([arm(), arm({ repeat: 2 })]));
    const names = [...xml.matchAll(/<testcase [^>]*name="([^"]*)"/g)].map(([, name]) => name);
    expect(names).toEqual(["broken (broken)", "broken #2 (broken)"]);
  });

  test("every element is closed in its place", () => {
    const xml = renderJunit(
      verdictOf([arm(), arm({ verdict: "not fixed", ok: false, claims: [wrong] })]),
    );
    const open: string[] = [];
    for (const [, slash, name = ""] of xml.matchAll(/<(\/?)([a-z-]+)(?:\s[^<>]*)?>/g)) {
      if (slash === "") open.push(name);
      else expect(open.pop()).toBe(name);
    }
    expect(open).toEqual([]);
  });

  test("times are plain digits, whatever they add up to", () => {
    const xml = renderJunit(
      verdictOf([1e300, 1e308, 1e308].map((durationMs) => arm({ durationMs }))),
    );
    for (const [, time] of xml.matchAll(/ time="([^"]*)"/g)) expect(time).toMatch(/^\d+\.\d{3}$/);
  });

  test("what the run itself is to blame for is an error, though all arms are as claimed", () => {
    const leftovers = ["container a"];
    const xml = renderJunit(verdictOf([arm()], { ok: false, unfinished: true, leftovers }));
    expect(xml).toContain('<testsuites name="aftershock" tests="3" failures="0" errors="2"');
    expect(xml).toContain('<error message="left behind: container a"/>');
    expect(xml).toMatch(/<error message="The run never ended[^"]*"\/>/);
  });
});
