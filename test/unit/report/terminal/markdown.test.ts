import { expect, test } from "vitest";
import { markdownText } from "../../../../harness/report/terminal/markdown.ts";

const plain = (_: unknown, text: string) => text;
const marked = (_: unknown, text: string) => `<${text}>`;

test("paragraphs are wrapped, points hang, headings stand alone", () => {
  const page =
    "## The cause\n\nA line that is\nbroken elsewhere.\n\n- one point that is long\n- two\n";
  expect(markdownText(page, 20, plain)).toBe(
    "The cause\n\nA line that is\nbroken elsewhere.\n\n- one point that is\n  long\n- two\n",
  );
});

test("strong words are painted, also across a line's end", () => {
  expect(markdownText("say **that word** now", 10, marked)).toBe("say <that>\n<word> now\n");
});

test("what a terminal would obey is taken out", () => {
  expect(markdownText("a\u001b[31mb", 20, plain)).toBe("ab\n");
});
