import { cleanLine } from "./clean.ts";
import { cut } from "./text.ts";
import type { ViewStream } from "./view.ts";

/** The lower lines of a terminal, redrawn in place; what is printed scrolls up above them. */
export interface Screen {
  /** Draws again soon: at most ten times a second. */
  redraw(): void;
  print(line: string): void;
  /** Wipes the drawn lines and gives the cursor back. */
  close(): void;
}

const EVERY_MS = 100;
const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";
const CLEAR_BELOW = "\u001b[0J";

/** `draw` gives the lines for a width and a height; they are cut to fit. */
export function createScreen(
  stream: ViewStream,
  draw: (width: number, height: number) => readonly string[],
): Screen {
  let shown = "";
  let drawn = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let hidden = false;
  const restore = () => void stream.write(SHOW_CURSOR);
  const hide = () => {
    if (hidden) return;
    hidden = true;
    stream.write(HIDE_CURSOR);
    process.once("exit", restore);
  };

  const paint = (above: string) => {
    hide();
    const width = (stream.columns || 80) - 1; // a terminal may not know its size, and say 0
    const lines = draw(width, stream.rows || 24).map((line) => cut(cleanLine(line), width));
    const frame = lines.map((line) => `${line}\n`).join("");
    if (above === "" && frame === shown) return;
    stream.write(`${wipe()}${above}${frame}`);
    shown = frame;
    drawn = lines.length;
  };
  const wipe = () => (drawn > 0 ? `\u001b[${drawn}A\r${CLEAR_BELOW}` : "");
  return {
    redraw() {
      if (closed) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        paint("");
      }, EVERY_MS);
      timer.unref();
    },
    print(line) {
      const text = `${cleanLine(line)}\n`;
      if (closed) stream.write(text);
      else paint(text);
    },
    close() {
      if (closed) return;
      closed = true;
      clearTimeout(timer);
      process.off("exit", restore);
      stream.write(wipe());
      if (hidden) restore();
    },
  };
}
