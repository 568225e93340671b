import { expect, test } from "vitest";
import { allDrills } from "../../../harness/drill/load.ts";
import { riddleOf } from "../../../harness/drill/riddle.ts";
import { sectionsOf, wordCount } from "../../../harness/drill/papers.ts";
import { spoilersIn, type Riddle } from "../../../harness/drill/spoilers.ts";
import { partsOf } from "../../../harness/drill/surfaces.ts";
import { loadScenario } from "../../../harness/scenario/load.ts";

const riddle: Riddle = {
  words: ["hang-up", "fuse"],
  patterns: ["DEBUG\\s*=\\s*agent"],
  lines: ["return Response(Download(key), 206)"],
  allowed: [{ word: "fuse", where: "inspect", why: "an image's name" }],
};
const found = (text: string, where = "logs") =>
  spoilersIn([{ where, text }], riddle).map(({ what }) => what);

test.each(["hang-up", "HANG_UP", "hangUp", "a hang up", "x/hang.up.py", "phangups"])(
  "a word is found however it is written: %s",
  (text) => expect(found(text)).toEqual(["hang-up"]),
);

test("a short word must stand alone", () => {
  expect(found("refused, confused")).toEqual([]);
  expect(found("a-fuse_blew")).toEqual(["fuse"]);
});

test("a pattern is one, in any case", () => {
  expect(found("debug = AGENT")).toEqual(["DEBUG\\s*=\\s*agent"]);
});

test("a line of a right fix is found however it is indented, and in JSON", () => {
  const line = "    return  Response(Download(key),\n 206)";
  expect(found(line)).toEqual(riddle.lines);
  const quoted: Riddle = { ...riddle, lines: ['told = {"a": "one line"}'] };
  const text = JSON.stringify({ log: '\n  told = {"a": "one line"}\n' });
  expect(spoilersIn([{ where: "reply", text }], quoted)).toHaveLength(1);
});

test("what is allowed is so in its place alone", () => {
  expect(found("a fuse", "inspect api")).toEqual([]);
  expect(found("a fuse", "logs api")).toEqual(["fuse"]);
});

test("the place and what stands around it are told", () => {
  const [one] = spoilersIn([{ where: "logs api", text: "so the hang-up came\nand went" }], riddle);
  expect(one).toEqual({
    where: "logs api",
    what: "hang-up",
    excerpt: "so the hang-up came and went",
  });
});

test("what the toolbox told is parted by its places", () => {
  const told = "noise\n== processes\n1 sleep\n== file /app/a.py\nx == 1\n";
  expect(partsOf(told)).toEqual([
    { where: "processes", text: "== processes\n1 sleep\n" },
    { where: "file /app/a.py", text: "== file /app/a.py\nx == 1\n" },
  ]);
});

const drills = await allDrills();

test.each(drills.map((drill) => [drill.definition.name, drill] as const))(
  "%s: the alert is short and gives nothing away, no hint says what to write",
  async (_, { definition, folder, symptom, hints }) => {
    const { definition: scenario } = await loadScenario(folder);
    const own = await riddleOf(definition, scenario, folder);
    expect(own.lines.length).toBeGreaterThan(0);
    expect(wordCount(symptom)).toBeLessThanOrEqual(150);
    expect(sectionsOf(hints).length).toBeGreaterThanOrEqual(2);
    const said = { ...definition.claims, ...definition.phases };
    const told = [
      { where: "symptom", text: symptom },
      ...Object.entries(said).map(([id, text]) => ({ where: id, text })),
      ...definition.charts.map(({ title }) => ({ where: "chart", text: title })),
      { where: "name", text: `${definition.name} ${definition.title}` },
    ];
    expect(spoilersIn(told, own)).toEqual([]);
    const lines = { ...own, words: [], patterns: [] };
    expect(spoilersIn([{ where: "hints", text: hints }], lines)).toEqual([]);
  },
);

test.each(drills.map((drill) => [drill.definition.name, drill] as const))(
  "%s: the debrief names every wrong fix of the lab, and asks four questions",
  async (_, { folder, debrief }) => {
    const { definition } = await loadScenario(folder);
    const wrong = Object.entries(definition.arms).filter(
      ([, { role, kind }]) => role === "control" && kind !== "no fault",
    );
    for (const [name] of wrong) expect(debrief).toContain(`\`${name}\``);
    const questions = sectionsOf(debrief).at(-1)!;
    expect(questions.text.match(/^\d\./gm)).toHaveLength(4);
  },
);
