const factors: Record<string, number> = {
  b: 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
};

/** Bytes of a size as people write it ("512 MiB", "1.5g"); undefined if it is none. */
export function parseBytes(text: string): number | undefined {
  const parts = /^\s*(\d+(?:\.\d+)?)\s*([bkmgt])?i?b?\s*$/i.exec(text);
  if (!parts) return undefined;
  return Math.round(Number(parts[1]) * (factors[(parts[2] ?? "b").toLowerCase()] ?? Number.NaN));
}
