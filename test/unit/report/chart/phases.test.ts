import { expect, test } from "vitest";
import { placeNames } from "../../../../harness/report/chart/phases.ts";

const room = { character: 6, right: 600, rows: 2 };
const x = (ms: number) => ms / 10;

test("names stand where their phases begin, in a second row where they would overlap", () => {
  const phases = [
    { name: "baseline", from: 0, to: 3000 },
    { name: "hang", from: 3000, to: 5000 },
    { name: "restart", from: 3100, to: 3200 },
  ];
  expect(placeNames(phases, x, room)).toEqual([
    { name: "baseline", x: 3, row: 0 },
    { name: "hang", x: 303, row: 0 },
    { name: "restart", x: 313, row: 1 },
  ]);
});

test("where not all find room the longest phases are named", () => {
  const crowd = Array.from({ length: 9 }, (_, i) => ({
    name: `phase-${i}`,
    from: i * 10,
    to: i * 10 + 10,
  }));
  const long = { name: "long", from: 90, to: 5000 };
  const named = placeNames([...crowd, long], x, room).map(({ name }) => name);
  expect(named).toContain("long");
  expect(named).toHaveLength(2);
});

test("a name never runs out of the picture", () => {
  const late = [{ name: "a-rather-long-name", from: 5990, to: 6000 }];
  const [placed] = placeNames(late, x, room);
  expect(placed?.x).toBeLessThanOrEqual(600 - "a-rather-long-name".length * 6);
});
