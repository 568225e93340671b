import { describe, expect, test } from "vitest";
import type { ContainerRow } from "../../../../harness/record/schema.ts";
import { renderHtml } from "../../../../harness/report/html/page.ts";
import { arm, claim, definition, event, judgedRun, record, verdictOf } from "../fixture.ts";

const MiB = 1024 ** 2;
const html = renderHtml(judgedRun());
/** What is left to read without style and script. */
const body = html.replaceAll(/<(style|script)>[\s\S]*?<\/\1>/g, "");

describe("renderHtml", () => {
  test("loads nothing: no address but the SVG namespace, no file but records and anchors", () => {
    expect(html.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(
      /https?:|url\(|@import|src=/,
    );
    const links = [...body.matchAll(/href="([^"]*)"/g)].map(([, link = ""]) => link);
    expect(links.filter((link) => !/^(#|record\/[\w.-]+\.ndjson(\.zst)?$)/.test(link))).toEqual([]);
  });

  test("tells the story with its source", () => {
    expect(body).toContain("One client hangs up after the headers");
    expect(body).toMatch(/<cite>Memory and a hang-up<\/cite>, An example, <time>2015-06-01</);
  });

  test("shows each claim with measured, bound, margin and whether it holds", () => {
    const row =
      /<tr><th scope="row">after the hang-up memory rises[\s\S]*?<\/tr>/.exec(body)?.[0] ?? "";
    const cells = [...row.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, cell = ""]) =>
      cell.replaceAll(/<[^>]*>/g, ""),
    );
    expect(cells).toEqual(["512 MiB", "at least 256 MiB", "+100 %", "holds"]);
  });

  test("a wrong fix fails as it must, and is not marked as trouble", () => {
    expect(body).toContain("fails, as it must");
    expect(body).not.toContain('class="verdict off"');
  });

  test("draws broken and fixed together, controls in small charts of their own", () => {
    const [figure = ""] = /<figure>[\s\S]*?<\/figure>/.exec(body) ?? [];
    const [large = ""] = /<div class="wide">[\s\S]*?<\/svg>/.exec(figure) ?? [];
    expect([...large.matchAll(/data-label="([^"]*)"/g)].map(([, label]) => label)).toEqual([
      "broken",
      "fast-close",
    ]);
    expect(figure).toContain("<h4>bigger-box</h4>");
    expect(body.match(/<figure>/g)).toHaveLength(2);
  });

  test("links a raw record that is there, packed or not", () => {
    expect(body).toContain('href="record/boto-close.broken.1.ndjson"');
    expect(body).toContain('href="record/boto-close.fast-close.1.ndjson.zst"');
    expect(body).not.toContain('href="record/boto-close.bigger-box');
  });

  test("says how it was sampled, and where the charts begin", () => {
    expect(body).toContain("cgroup v1 files");
    expect(body).toContain("20 Hz");
    expect(body).toContain("Healthy 1.00 s after its start");
  });

  test("says who read the files where it was not this machine, and why nobody could", () => {
    const run = judgedRun();
    const retold = (how: Partial<ContainerRow>) => {
      const records = run.records.map((rows) =>
        rows.map((row) => (row.type === "container" ? { ...row, ...how } : row)),
      );
      return renderHtml({ ...run, records });
    };
    expect(retold({ by: "helper" })).toContain("cgroup v1 files, by a helper on the engine");
    const refused = retold({ source: "stats-oneshot", why: "No helper: <policy>" });
    expect(refused).toContain("engine, one-shot stats");
    expect(refused).toContain("No helper: &lt;policy&gt;");
  });

  test("says what was scaled and on which engine", () => {
    expect(body).toContain("the rise is linear in size");
    expect(body).toContain("Docker Engine 26.1.5 (API 1.45), cgroup v1, Linux 6.1.0");
  });

  test("what could not be judged says why, unfolded, where it stands out", () => {
    const verdict = verdictOf([
      arm({ verdict: "inconclusive", ok: false, reason: "no load <applied>", claims: [] }),
    ]);
    const page = renderHtml({ ...judgedRun(), verdict });
    expect(page).toContain("1 of 1 verdict not as claimed, 1 of them could not be judged.");
    expect(page).toMatch(
      /<details open><summary>[\s\S]*?inconclusive[\s\S]*?no load &lt;applied&gt;/,
    );
  });

  test("repeats are counted, and only those that went wrong are told one by one", () => {
    const runs = [
      arm(),
      arm({ repeat: 2 }),
      arm({ repeat: 3, verdict: "not reproduced", ok: false }),
    ];
    const verdict = verdictOf(runs);
    verdict.scenarios[0]?.rates.push({ arm: "broken", ok: 2, of: 3, low: 0.21, high: 0.94 });
    verdict.scenarios[0]?.flaky.push("broken");
    const page = renderHtml({ ...judgedRun(), verdict });
    expect(page).toContain("broken: 2 of 3 as claimed (95 % interval 21 % to 94 %), flaky");
    expect(page).toContain("broken #3");
    expect(page).not.toContain("broken #2");
    expect(page).toContain("1 further run came out as claimed");
  });

  test("an arm without a record and a scenario without a definition are still told", () => {
    const page = renderHtml({ ...judgedRun(), records: [], scenarios: new Map() });
    expect(page).toContain('<h2 id="boto-close-title">boto-close</h2>');
    expect(page).toContain("reproduced");
  });

  test("words of a scenario cannot become markup", () => {
    const scenarios = new Map([["boto-close", definition({ title: "<script>alert(1)</script>" })]]);
    expect(renderHtml({ ...judgedRun(), scenarios })).not.toContain("<script>alert");
  });

  test("the same input gives the same bytes", () => {
    expect(renderHtml(judgedRun())).toBe(html);
  });

  test("five scenarios with forty busy arms stay below 1.5 MB", () => {
    const ids = ["a-one", "b-two", "c-three", "d-four", "e-five"];
    const roles = [
      "broken",
      "broken",
      "fixed",
      "fixed",
      "fixed",
      "control",
      "control",
      "control",
    ] as const;
    const restless = (seconds: number) => (200 + 150 * Math.sin(seconds * 97)) * MiB;
    const arms = roles.map((role, index) =>
      arm({ name: `arm-${index}`, role, claims: Array.from({ length: 10 }, () => claim()) }),
    );
    const records = ids.flatMap((scenario) =>
      roles.map((role, index) =>
        record({
          scenario,
          arm: `arm-${index}`,
          role,
          seconds: 60,
          memory: restless,
          events: [event(9000, "oom")],
        }),
      ),
    );
    const verdict = verdictOf(arms);
    const page = renderHtml({
      run: { id: "large" },
      verdict: {
        ...verdict,
        scenarios: ids.map((id) => ({ id, ok: true, arms, flaky: [], rates: [] })),
      },
      scenarios: new Map(ids.map((id) => [id, definition({ id })])),
      records,
    });
    expect(page.length).toBeLessThan(1_500_000);
    expect(page.match(/<figure>/g)).toHaveLength(10);
  });
});
