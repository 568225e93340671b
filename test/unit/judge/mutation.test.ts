import { describe, expect, test } from "vitest";
import { MiB } from "../../../harness/judge/units.ts";
import { judgeArm } from "../../../harness/judge/verdict.ts";
import type { Row, SampleRow } from "../../../harness/record/schema.ts";
import { leak, observation, record } from "./synthetic.ts";

/*
 * A judge is worth what it notices. Each mutation changes one thing in a record, and the verdict
 * must change with it.
 */

const broken = record("broken", "broken", MiB);
const fixed = record("fixed", "fixed", 1024);
const word = (rows: readonly Row[]) => judgeArm(leak, rows, broken).verdict;

const samples = (rows: readonly Row[], change: (row: SampleRow, index: number) => Row[]) =>
  rows.flatMap((row, i) => (row.type === "sample" ? change(row, i) : [row]));

/** The leak taken out of the samples, all else as it was. */
const flattened = (rows: readonly Row[]) =>
  samples(rows, (row) => [{ ...row, anon: 30 * MiB, current: 31 * MiB, peak: 31 * MiB }]);

/** A leak put into the samples, from the third second on. */
const leaking = (rows: readonly Row[]) =>
  samples(rows, (row) => [{ ...row, anon: row.anon! + Math.max(0, row.t - 3000) * 10_000 }]);

describe("the verdict follows the record", () => {
  test("as it was", () => {
    expect([word(broken), word(fixed)]).toEqual(["reproduced", "fixed"]);
  });

  test("flatten the leak: not reproduced", () => {
    expect(word(flattened(broken))).toBe("not reproduced");
  });

  test("take away what each request keeps: not reproduced", () => {
    const less = broken.map((row) =>
      row.type === "observation" && row.name === "kept"
        ? observation(row.t, "kept", Number(row.value) / 2)
        : row,
    );
    expect(word(less)).toBe("not reproduced");
  });

  test("add a leak: not fixed", () => {
    expect(word(leaking(fixed))).toBe("not fixed");
  });

  test("a spike between two samples, seen by the kernel's counter alone: not fixed", () => {
    const spiked = samples(fixed, (row) => [{ ...row, ...(row.t > 5000 && { peak: 510 * MiB }) }]);
    expect(word(spiked)).toBe("not fixed");
  });

  test("one request failed: not fixed", () => {
    const failing = fixed.map((row) =>
      row.type === "observation" && row.name === "errors" ? observation(row.t, "errors", 1) : row,
    );
    expect(word(failing)).toBe("not fixed");
  });

  test.each([
    ["the first half", (i: number, n: number) => i >= n / 2],
    ["the second half", (i: number, n: number) => i < n / 2],
    ["ten at a time", (i: number) => i % 20 < 10],
  ])("drop half of the samples, %s: inconclusive", (_, keep) => {
    for (const rows of [broken, fixed]) {
      const n = rows.filter(({ type }) => type === "sample").length;
      let i = 0;
      const half = samples(rows, (row) => (keep(i++, n) ? [row] : []));
      expect(word(half)).toBe("inconclusive");
    }
  });

  test("drop every other sample: nothing was missed by more than 100 ms, the verdict stands", () => {
    let i = 0;
    const half = samples(broken, (row) => (i++ % 2 === 0 ? [row] : []));
    expect(word(half)).toBe("reproduced");
    expect(judgeArm(leak, half).sampling.hz).toBe(10);
  });

  test("the sampler tells of a gap that its samples hide: inconclusive", () => {
    const hidden: Row = { type: "gap", t: 3000, until: 5000, service: "box" };
    expect(word(broken.toSpliced(-1, 0, hidden))).toBe("inconclusive");
  });

  test("remove the load's marks: inconclusive", () => {
    for (const rows of [broken, fixed]) {
      expect(word(rows.filter(({ type }) => type !== "load"))).toBe("inconclusive");
    }
  });

  test("remove the baseline, or the phase of the fault: inconclusive", () => {
    for (const name of ["baseline", "requests"]) {
      const rows = broken.filter((row) => row.type !== "phase" || row.name !== name);
      expect(word(rows)).toBe("inconclusive");
    }
  });

  test("cut the record at any line: never a pass", () => {
    for (const rows of [broken, fixed]) {
      for (let n = 1; n < rows.length; n += 7) {
        expect(word(rows.slice(0, n))).toBe("inconclusive");
      }
    }
  });

  test("samples told as runs of equal ones: the same verdict, claims and figures", () => {
    const idle = samples(broken, (row) => [{ ...row, cpuMs: null }]);
    const runs = asRuns(idle);
    expect(runs.length).toBeLessThan(idle.length - 50);
    expect(judgeArm(leak, runs)).toEqual(judgeArm(leak, idle));
  });
});

/** Neighbours with the same values told in one row, as a record on disk has them. */
function asRuns(rows: readonly Row[]): readonly Row[] {
  const result: Row[] = [];
  let open: SampleRow | undefined;
  for (const row of rows) {
    if (row.type === "sample" && open?.anon === row.anon) {
      const longer: SampleRow = { ...open, until: row.until, n: open.n + 1 };
      result[result.indexOf(open)] = longer;
      open = longer;
    } else {
      result.push(row);
      if (row.type === "sample") open = row;
    }
  }
  return result;
}
