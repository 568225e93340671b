/**
 * Bytes of a size as people write it; undefined if it is none. MiB are 2^20 and MB 10^6; one
 * letter, as compose writes it ("512m"), is the power of 2. A number without a unit is no size.
 */
export function parseBytes(text: string): number | undefined {
  const parts = /^\s*(\d+(?:\.\d+)?)\s*(?:(b)|([kmgt])(i?b)?)\s*$/i.exec(text);
  if (!parts) return undefined;
  const [, number, , letter = "", ending] = parts;
  const step = ending?.toLowerCase() === "b" ? 1000 : 1024;
  return Math.round(Number(number) * step ** " kmgt".indexOf(letter.toLowerCase() || " "));
}
