import { cleanText } from "./clean.ts";
import { type Paint } from "./paint.ts";
import { wrap } from "./text.ts";

/**
 * A page of plain Markdown (headings, paragraphs, lists) for a terminal: wrapped, headings bold,
 * and strong words as well. Code and quotes stay as they are written.
 */
export function markdownText(markdown: string, width: number, paint: Paint): string {
  const blocks = blocksOf(cleanText(markdown));
  return blocks
    .map((block, i) => {
      const close = isPoint(block) && isPoint(blocks[i - 1] ?? "");
      return `${i === 0 || close ? "" : "\n"}${blockText(block, width, paint)}\n`;
    })
    .join("");
}

const isPoint = (block: string) => /^(?:[-*]|\d+\.) /.test(block);

/** Paragraphs, headings and points: each its own lines, whatever stands between them. */
function blocksOf(text: string): readonly string[] {
  return text
    .split(/\n(?=\s*(?:[-*] |\d+\. ))|\n\s*\n/)
    .map((block) => block.trim())
    .filter(Boolean);
}

function blockText(block: string, width: number, paint: Paint): string {
  const heading = /^#+ (.*)$/s.exec(block);
  if (heading) return paint("bold", heading[1]!);
  const [, point = "", said = ""] = /^((?:[-*]|\d+\.) )?(.*)$/s.exec(block)!;
  const lines = wrap(said, width, point, " ".repeat(point.length));
  return strong(lines.join("\n"), paint);
}

const strong = (text: string, paint: Paint) =>
  text.replaceAll(/\*\*([^*]+)\*\*/g, (_, words: string) =>
    words
      .split("\n")
      .map((part) => paint("bold", part))
      .join("\n"),
  );
