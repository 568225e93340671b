/** Text of at most `width` cells of a terminal; what was cut ends with an ellipsis. */
export function cut(text: string, width: number): string {
  let kept = "";
  let taken = 0;
  for (const character of text) {
    taken += cellsOf(character);
    if (taken > width) return `${kept}…`;
    if (taken < width) kept += character;
  }
  return text;
}

/** Text as lines of at most `width` characters, broken at spaces. */
export function wrap(text: string, width: number, first: string, next = first): readonly string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (!empty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = next;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}

/** A line that is longer than it seems would break, and the next be drawn over a wrong one. */
function cellsOf(character: string): number {
  if (character < "\u0300") return 1;
  return WIDE.test(character) ? 2 : 1;
}

// East Asian letters and pictures. Marks upon a letter take none, but are counted: to be sure.
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe10-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{10000}-\u{10ffff}]|\p{Emoji_Presentation}/u;
