import { expect, test } from "vitest";
import { unwrapped } from "../../../harness/report/markdown.ts";

test("paragraphs and points become lines; what parts them stays", () => {
  const page =
    "# A title\nIt is\nslow, at 5\n  o'clock.\n\n**Why?** Who\nknows.\n\n- one\n  more\n- two\n1. three";
  expect(unwrapped(page)).toBe(
    "# A title\nIt is slow, at 5 o'clock.\n\n**Why?** Who knows.\n\n- one more\n- two\n1. three",
  );
});
