import { expect, it } from "vitest";
import { olderThan } from "../../../harness/engine/suitable.ts";

it.each([
  ["1.41", "1.41", false],
  ["1.40", "1.41", true],
  ["1.9", "1.41", true],
  ["1.51", "1.41", false],
  ["2.0", "1.41", false],
  ["2.18.1-desktop.1", "2.19", true],
  ["5.0.0", "2.19", false],
  ["0.17.1", "0.17", false],
])("compares %s with %s as numbers", (version, than, older) => {
  expect(olderThan(version, than)).toBe(older);
});
