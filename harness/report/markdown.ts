/** A part of a page of plain Markdown. */
export interface Block {
  readonly kind: "heading" | "point" | "text";
  /** What a point begins with: "- " or "1. ". */
  readonly mark: string;
  readonly text: string;
}

/** Headings, paragraphs and points of lists, in order: as much of Markdown as our papers use. */
export function blocksOf(markdown: string): readonly Block[] {
  return markdown
    .split(/\n(?=\s*(?:[-*] |\d+\. ))|\n\s*\n|(?<=^#.*)\n/m)
    .map((part) => part.trim())
    .filter(Boolean)
    .map(blockOf);
}

function blockOf(part: string): Block {
  const heading = /^#+ (.*)$/s.exec(part);
  if (heading) return { kind: "heading", mark: "", text: heading[1]! };
  const [, mark = "", text = ""] = /^((?:[-*]|\d+\.) )?(.*)$/s.exec(part)!;
  return { kind: mark === "" ? "text" : "point", mark, text };
}

/** The same page with each paragraph and point in one line, for who wraps it himself. */
export const unwrapped = (markdown: string): string =>
  markdown.replaceAll(/(?<=\S)(?<!^#.*)[ \t]*\n[ \t]*(?=\S)(?!(?:[-*]|\d+\.) |#)/gm, " ");
