import { blocksOf, type Block } from "../markdown.ts";
import { cleanText } from "./clean.ts";
import { type Paint } from "./paint.ts";
import { wrap } from "./text.ts";

/**
 * A page of plain Markdown for a terminal: wrapped, headings and strong words bold. Code and quotes
 * stay as they are written.
 */
export function markdownText(markdown: string, width: number, paint: Paint): string {
  const blocks = blocksOf(cleanText(markdown));
  return blocks
    .map((block, i) => {
      const close = block.kind === "point" && blocks[i - 1]?.kind === "point";
      return `${i === 0 || close ? "" : "\n"}${blockText(block, width, paint)}\n`;
    })
    .join("");
}

function blockText({ kind, mark, text }: Block, width: number, paint: Paint): string {
  if (kind === "heading") return paint("bold", text);
  return strong(wrap(text, width, mark, " ".repeat(mark.length)).join("\n"), paint);
}

const strong = (text: string, paint: Paint) =>
  text.replaceAll(/\*\*([^*]+)\*\*/g, (_, words: string) =>
    words
      .split("\n")
      .map((part) => paint("bold", part))
      .join("\n"),
  );
