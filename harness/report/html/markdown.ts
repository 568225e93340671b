import { escape } from "../escape.ts";
import { blocksOf, type Block } from "../markdown.ts";

/** A page of plain Markdown as HTML; whatever stands in it is text. */
export function markdownHtml(markdown: string): string {
  const blocks = blocksOf(markdown);
  return blocks.map((block, i) => html(block, blocks[i - 1], blocks[i + 1])).join("\n");
}

function html(block: Block, before: Block | undefined, after: Block | undefined): string {
  if (block.kind === "heading") return `<h3>${inline(block.text)}</h3>`;
  if (block.kind === "text") return `<p class="story">${inline(block.text)}</p>`;
  const list = block.mark.startsWith("-") || block.mark.startsWith("*") ? "ul" : "ol";
  const open = before?.kind === "point" ? "" : `<${list} class="story">`;
  const close = after?.kind === "point" ? "" : `</${list}>`;
  return `${open}<li>${inline(block.text)}</li>${close}`;
}

const inline = (text: string) =>
  escape(text)
    .replaceAll(/`([^`]+)`/g, "<code>$1</code>")
    .replaceAll(/\*\*([^*]+)\*\*/g, "<b>$1</b>")
    .replaceAll(/(?<![*\w])\*([^*]+)\*(?![*\w])/g, "<em>$1</em>");
