import type { ViewStream } from "../../../../harness/report/terminal/view.ts";

/* oxlint-disable no-control-regex -- the control characters are what is to be understood */
const PARTS = /\u001b\[[?\d]*[A-Za-z]|\r|\n|[^\u001b\r\n]+/g;
const UP = /^\u001b\[(\d+)A$/;

/** A terminal that understands what the live view writes, and shows what a person would see. */
export class FakeTerminal implements ViewStream {
  readonly isTTY = true;
  readonly columns: number;
  readonly rows: number;
  cursorShown = true;
  writes = 0;
  readonly #lines: string[] = [""];
  #row = 0;

  constructor(columns = 80, rows = 24) {
    this.columns = columns;
    this.rows = rows;
  }

  write(text: string): void {
    this.writes += 1;
    for (const [part] of text.matchAll(PARTS)) this.#take(part);
  }

  /** What is on the screen, trailing empty lines left out. */
  get shown(): string {
    return this.#lines.join("\n").trimEnd();
  }

  #take(part: string): void {
    const up = UP.exec(part);
    if (up !== null) this.#row -= Number(up[1]);
    else if (part === "\u001b[0J") this.#lines.splice(this.#row, Infinity, "");
    else if (part === "\u001b[?25l") this.cursorShown = false;
    else if (part === "\u001b[?25h") this.cursorShown = true;
    else if (part === "\n") this.#lines[(this.#row += 1)] ??= "";
    else if (part.startsWith("\u001b")) throw new Error(`unknown control ${JSON.stringify(part)}`);
    else if (part !== "\r") this.#lines[this.#row] += part;
  }
}
