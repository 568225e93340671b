import { expect, test } from "vitest";
import { fixTable } from "../../../../harness/report/terminal/fix-table.ts";
import { arm, claim } from "../fixture.ts";

test("the mark before a promise is yours, and says so, whatever the broken run made of it", () => {
  const broken = [claim({ id: "level", sentence: "it stays level", ok: false })];
  const verdict = arm({ claims: [{ ...broken[0]!, ok: true }] });
  const told = { scenario: "s", name: "n", verdict, broken, beside: [] };
  const [head, row] = fixTable(told).split("\n");
  expect(head).toMatch(/^yours: ok or NO +broken +yours +promised$/);
  expect(row).toMatch(/^ok {2}it stays level/);
});
