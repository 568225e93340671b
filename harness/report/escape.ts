/** Text made safe for HTML and XML, in elements and in quoted attributes. */
export function escape(text: string): string {
  return text
    .replaceAll(FORBIDDEN, "�")
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** Text made safe for one cell of a Markdown table. */
export function escapeCell(text: string): string {
  return text
    .replaceAll(/[\\|`*_<>[\]]/g, (character) => `\\${character}`)
    .replaceAll(/\s*\n\s*/g, " ");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

// Control characters and lone surrogates are in no XML document, escaped or not.
const FORBIDDEN =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
