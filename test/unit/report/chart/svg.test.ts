import { describe, expect, test } from "vitest";
import type { Chart, Line } from "../../../../harness/report/chart/model.ts";
import { chartSvg, describe as inWords } from "../../../../harness/report/chart/svg.ts";

const MiB = 1024 ** 2;
const side = { width: 900, plotHeight: 240, labels: "side" } as const;

function line(parts: Partial<Line> = {}): Line {
  return {
    label: "broken",
    role: "broken",
    rank: 0,
    t: [0, 5000, 10_000],
    v: [30 * MiB, 30 * MiB, 500 * MiB],
    phases: [
      { name: "baseline", from: 0, to: 5000 },
      { name: "hang", from: 5000, to: 10_000 },
    ],
    marks: [],
    limit: 512 * MiB,
    ...parts,
  };
}

function chart(...lines: readonly Line[]): Chart {
  return { title: "Memory", unit: "B", lines };
}

/** Where a line's path runs: all its points, absolute. */
function pathOf(svg: string, label: string): readonly (readonly [number, number])[] {
  const d = new RegExp(`data-label="${label}" d="([^"]*)"`).exec(svg)?.[1] ?? "";
  let [x, y] = [0, 0];
  return [...d.matchAll(/([Mlhv])([^Mlhv]*)/g)].map(([, letter, numbers = ""]) => {
    const [a = 0, b = 0] = (numbers.match(/-?[\d.]+/g) ?? []).map(Number);
    if (letter === "M") [x, y] = [a, b];
    else if (letter === "h") x += a;
    else if (letter === "v") y += a;
    else [x, y] = [x + a, y + b];
    return [x, y] as const;
  });
}

/** Reads a value back as the page's script does: from its height and the data attributes. */
function highest(svg: string, label: string): number {
  const [, , top = 0, bottom = 0] = (/data-box="([^"]*)"/.exec(svg)?.[1] ?? "")
    .split(" ")
    .map(Number);
  const full = Number(/data-top="([^"]*)"/.exec(svg)?.[1]);
  const y = Math.min(...pathOf(svg, label).map(([, height]) => height));
  return ((bottom - y) / (bottom - top)) * full;
}

describe("chartSvg", () => {
  test("a spike of one sample can be read off at its height", () => {
    const t = Array.from({ length: 4000 }, (_, index) => index * 50);
    const v = t.map((_, index) => (index === 2500 ? 480 : 40) * MiB);
    const svg = chartSvg(chart(line({ t, v })), side);
    expect(highest(svg, "broken") / MiB).toBeCloseTo(480, -1);
    expect(svg.length).toBeLessThan(8_000);
  });

  test("broken and fixed share both axes", () => {
    const fixed = line({
      label: "fast-close",
      role: "fixed",
      t: [0, 5000],
      v: [30 * MiB, 30 * MiB],
    });
    const svg = chartSvg(chart(line(), fixed), side);
    const [broken, cured] = [pathOf(svg, "broken"), pathOf(svg, "fast-close")];
    expect(cured.at(0)).toEqual(broken.at(0));
    expect(cured.at(-1)).toEqual(broken.at(1));
  });

  test("phases are shaded and named, the limit is a dashed line with its value", () => {
    const svg = chartSvg(chart(line()), side);
    expect(svg).toContain(">baseline</text>");
    expect(svg).toContain(">hang</text>");
    expect(svg).toMatch(/class="limit"/);
    expect(svg).toContain(">limit 512 MiB</text>");
  });

  test("a limit far above all lines would flatten them and is not drawn", () => {
    expect(chartSvg(chart(line({ limit: 100_000 * MiB })), side)).not.toContain('class="limit"');
  });

  test("different limits say whose they are", () => {
    const v = [30 * MiB, 500 * MiB, 900 * MiB];
    const bigger = line({ label: "bigger-box", v, limit: 1024 * MiB });
    const svg = chartSvg(chart(line(), bigger), side);
    expect(svg).toContain(">limit 512 MiB (broken)</text>");
    expect(svg).toContain(">limit 1,024 MiB (bigger-box)</text>");
  });

  test("events are marked on the line, many at one place once", () => {
    const marks = [8000, 8001, 8002].map((t) => ({ t, kind: "oom" as const }));
    const svg = chartSvg(chart(line({ marks })), side);
    expect(svg.match(/class="mark broken"/g)).toHaveLength(1);
    expect(svg).toContain("broken: killed by the OOM killer at 8.0 s");
  });

  test("a gap lifts the pen", () => {
    const v = [30 * MiB, Number.NaN, 500 * MiB];
    const d = /data-label="broken" d="([^"]*)"/.exec(chartSvg(chart(line({ v })), side))?.[1];
    expect(d?.match(/M/g)).toHaveLength(2);
  });

  test("lines differ by more than colour: dashes and names at their ends", () => {
    const fixed = line({ label: "fast-close", role: "fixed" });
    const svg = chartSvg(chart(line(), fixed), side);
    expect(svg).toMatch(/class="line broken rank0"/);
    expect(svg).toMatch(/class="line fixed rank0"/);
    expect(svg).toMatch(/class="name halo fixed"[^>]*>fast-close</);
  });

  test("phases that another arm had at other times get a lane of their own", () => {
    const late = { name: "hang", from: 9000, to: 10_000 };
    const fixed = line({ label: "slow", role: "fixed", phases: [late] });
    expect(chartSvg(chart(line(), fixed), side)).toContain('class="lane"');
    expect(chartSvg(chart(line(), line({ label: "twin" })), side)).not.toContain('class="lane"');
  });

  test("names are escaped", () => {
    const svg = chartSvg(chart(line({ label: `<&"` })), side);
    expect(svg).not.toContain('<&"');
    expect(svg).toContain("&lt;&amp;&quot;");
  });

  test("a file of its own brings background, heading, style and dark mode, and loads nothing", () => {
    const svg = chartSvg(chart(line()), { ...side, standalone: true });
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"[^>]* width="900"/);
    expect(svg).toContain("prefers-color-scheme: dark");
    expect(svg).toContain('class="paper"');
    expect(svg).toContain(">Memory</text>");
    expect(svg.replace("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:|url\(|@import/);
  });

  test.each([
    ["hardly above nothing", [5e-324, 0, 5e-324]],
    ["the largest there are", [1.75e308, 0, Number.MAX_VALUE]],
    ["the least there are", [-1.75e308, -1, -0]],
    ["sums that are no number", [Infinity, 3, -Infinity]],
  ])("values that are %s stay in the frame", (_, v) => {
    const svg = chartSvg({ ...chart(line({ v, limit: v[0] ?? 0 })), unit: "1" }, side);
    expect(svg).not.toMatch(/NaN|Infinity|∞/);
    const [, , top = 0, bottom = 0] = /data-box="([^"]*)"/.exec(svg)![1]!.split(" ").map(Number);
    const heights = pathOf(svg, "broken").map(([, y]) => y);
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(top);
    expect(Math.max(...heights)).toBeLessThanOrEqual(bottom);
  });

  test("a unit of many letters leaves the plot its place", () => {
    const narrow = { width: 370, plotHeight: 210, labels: "below" } as const;
    const svg = chartSvg({ ...chart(line()), unit: `B/${"x".repeat(100)}` }, narrow);
    const [left = 0, right = 0] = /data-box="([^"]*)"/.exec(svg)![1]!.split(" ").map(Number);
    expect(right - left).toBeGreaterThan(200);
  });

  test("a chart without lines is an empty frame, not an error", () => {
    expect(chartSvg(chart(), side)).toContain("</svg>");
  });
});

test("a chart in words names each arm's highest value", () => {
  expect(inWords(chart(line(), line({ label: "fixed", v: [1, 2, 3] })))).toBe(
    "Memory: broken at most 500 MiB, fixed at most 3 B.",
  );
});
