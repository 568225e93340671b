import { expect, test } from "vitest";
import { nearest } from "../../../harness/scenario/nearest.ts";

const ids = ["boto-close", "cron-pileup", "debug-env-leak"];

test.each([
  ["boto-clsoe", "boto-close"],
  ["cron", "cron-pileup"],
  ["debug-env", "debug-env-leak"],
])("%s is meant as %s", (word, meant) => expect(nearest(word, ids)).toBe(meant));

test("a word far from all is no guess", () => expect(nearest("kubernetes", ids)).toBeUndefined());
