/** Text made safe for HTML and XML, in elements and in quoted attributes. */
export function escape(text: string): string {
  return text
    .replaceAll(FORBIDDEN, "�")
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/**
 * Text made safe for Markdown: one line that is only text, in a cell of a table or behind the mark
 * of a list. Names of records and words of containers start no heading, link or picture.
 */
export function escapeCell(text: string): string {
  return text
    .replaceAll(/\s*[\n\r\u2028\u2029]\s*/g, " ")
    .replaceAll(FORBIDDEN, "�")
    .replaceAll(/[\\|`*_<>[\]~$]/g, (character) => `\\${character}`)
    .replace(/^\s*(?=[#+-])/, "\\");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

// Control characters and lone surrogates are in no XML document, escaped or not; marks that turn the
// direction of text would let a line read as what it is not.
const FORBIDDEN =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u202a-\u202e\u2066-\u2069\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
