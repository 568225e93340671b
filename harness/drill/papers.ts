/** Parts of a text under `## ` headings. */
export interface Section {
  readonly heading: string;
  readonly text: string;
  /** Line of its heading, from 1. */
  readonly line: number;
}

/** What stands under each `## ` heading of a Markdown text; what comes before the first is none. */
export function sectionsOf(markdown: string): readonly Section[] {
  const lines = markdown.split("\n");
  const starts = lines.flatMap((text, i) => (text.startsWith("## ") ? [i] : []));
  return starts.map((start, i) => ({
    heading: lines[start]!.slice(3).trim(),
    text: lines
      .slice(start + 1, starts[i + 1] ?? lines.length)
      .join("\n")
      .trim(),
    line: start + 1,
  }));
}

/** Words as a reader counts them: markup alone is none. */
export const wordCount = (text: string) =>
  text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
