import { styleText } from "node:util";

/** Where text is to be shown. */
export interface TableStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Puts a style on text, or leaves it. */
export type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

/** In colour only on a terminal that does not refuse it. */
export function painterFor({ isTTY }: TableStream): Paint {
  const colour = isTTY === true && (process.env["NO_COLOR"] ?? "") === "";
  return (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text);
}

/** As wide as the stream, up to 100 columns; 80 where it has no width. */
export const widthOf = ({ columns }: TableStream) => Math.min(100, columns || 80);
