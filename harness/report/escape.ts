/** Text made safe for HTML and XML, in elements and in quoted attributes. */
export function escape(text: string): string {
  return withoutUnseen(text).replaceAll(/[&<>"']/g, (mark) => ENTITIES[mark] ?? mark);
}

/**
 * Text made safe for Markdown: one line that is only text, in a cell of a table or behind the mark
 * of a list. Names of records and words of containers start no heading, link or picture: a word
 * that GitHub would make one of by itself is set as code, which it leaves as it is.
 */
export function escapeCell(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return withoutUnseen(line)
    .replaceAll(/[^\s`|]+|[`|]/g, (word) =>
      LINKED.test(word) ? `\`${word}\`` : word.replaceAll(/[\\|`*_<>[\]~$&]/g, "\\$&"),
    )
    .replace(/^(?=[#+-])|^\d+(?=[.)](\s|$))/, "$&\\");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

// Addresses, mentions, issues, advisories, commits and emoji. A backslash does not keep GitHub from
// them: it looks for them in the text that is left when all marks are gone.
const LINKED = /:\/\/|www\.|@|#\d|\b(GH|GHSA|CVE)-\w|\b[\da-f]{7,40}\b|:[\w+-]+:/i;

const withoutUnseen = (text: string) => text.replaceAll(UNSEEN, "�");

// Control characters and lone surrogates are in no XML document, escaped or not, or move a cursor
// where one is printed; marks that turn the direction of text, or that nobody sees, would let a
// line read as what it is not. Only joiners are left: words and emoji are written with them.
const UNSEEN = /(?![\t\n\r\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\ufffe\uffff]/gu;
