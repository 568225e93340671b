import type { Claim, Figure, Unit } from "../judge/types.ts";

/** Shown where there is no number to show. */
export const NOTHING = "–";

/** A figure with its unit, as people read it: "548 MiB", "1.9 KiB/key", "0.87 s", "14.2×". */
export function formatFigure({ value, unit }: Figure): string {
  if (!Number.isFinite(value)) return NOTHING;
  const [scale, per] = splitUnit(unit);
  return formatIn(scale, value) + (per === undefined ? "" : `/${per}`);
}

/** Bytes in binary units; MiB up to 10 GiB, so that a column of them can be compared. */
export function formatBytes(bytes: number): string {
  const size = Math.abs(bytes);
  if (size < 1024) return `${digits(bytes)} B`;
  if (size < 1024 ** 2) return `${digits(bytes / 1024)} KiB`;
  if (size < 10 * 1024 ** 3) return `${digits(bytes / 1024 ** 2)} MiB`;
  return `${digits(bytes / 1024 ** 3)} GiB`;
}

/** A stretch of time given in milliseconds: "420 ms", "18.3 s", "2 min 5 s". */
export function formatMs(ms: number): string {
  return Math.abs(ms) < 1000 ? `${digits(ms)} ms` : formatSeconds(ms / 1000);
}

/** About so long, for what was not measured: "40 s", "9 min". */
export function formatAbout(seconds: number): string {
  if (seconds >= 90) return `${formatCount(Math.round(seconds / 60))} min`;
  return `${Math.max(5, Math.round(seconds / 5) * 5)} s`;
}

/** A bare number: whole numbers in full, others to three digits. */
export function formatCount(value: number): string {
  return Number.isInteger(value) ? signed(value, whole(Math.abs(value))) : digits(value);
}

/** A share between 0 and 1 as percent. */
export function formatShare(share: number): string {
  return Number.isFinite(share) ? `${digits(share * 100)} %` : NOTHING;
}

/** A margin as signed percent of the bound; nothing where the bound gives no scale. */
export function formatMargin(margin: number | null): string {
  if (margin === null || !Number.isFinite(margin)) return NOTHING;
  if (Math.abs(margin) >= 10) return `${margin < 0 ? "−" : "+"}${digits(Math.abs(margin))}×`;
  const percent = Math.round(Math.abs(margin) * 100);
  return percent === 0 ? "0 %" : `${margin < 0 ? "−" : "+"}${percent} %`;
}

/** What was measured, e.g. "548 MiB". */
export function measuredText(claim: Claim): string {
  return formatFigure({ value: claim.measured, unit: claim.unit });
}

/** What the claim asks for, e.g. "at least 256 MiB", "between 16 and 20". */
export function boundText(claim: Claim): string {
  const bound = formatFigure({ value: claim.bound, unit: claim.unit });
  if (claim.relation !== "between") return `${claim.relation} ${bound}`;
  const high = formatFigure({ value: claim.boundHigh ?? Number.NaN, unit: claim.unit });
  return `between ${withoutUnitOf(high, bound)} and ${high}`;
}

/** How many times less or more than before: "52× less"; nothing where one of them is none. */
export function formatTimes(before: number, after: number): string {
  if (!(before > 0 && after > 0)) return "";
  const [times, word] = after < before ? [before / after, "less"] : [after / before, "more"];
  return Number.isFinite(times) && times >= 1.05 ? `${digits(times)}× ${word}` : "";
}

/** A figure's key as words: "riseAfterHangUp" becomes "rise after hang up", "OOMKills" "OOM kills". */
export function wordsOf(key: string): string {
  return key
    .replaceAll(/([a-z\d])([A-Z])/g, "$1 $2")
    .replaceAll(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .replaceAll(/([a-z]{3})(\d)/g, "$1 $2")
    .split(/[-_ ]+/)
    .map((word) => (/^[A-Z]{2,}$/.test(word) ? word : word.toLowerCase()))
    .join(" ");
}

/** "1 arm", "3 arms". */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** "16" of "16 ms" where the other one is in ms too: the unit need not be said twice. */
function withoutUnitOf(other: string, text: string): string {
  const unit = (figure: string) => figure.replace(/^[-−\d.,]+(e[-+]\d+)?/, "");
  return unit(other) === unit(text) ? text.slice(0, text.length - unit(text).length) : text;
}

const GROUPED = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

function splitUnit(unit: Unit): [scale: string, per: string | undefined] {
  const slash = unit.indexOf("/");
  return slash < 0 ? [unit, undefined] : [unit.slice(0, slash), unit.slice(slash + 1)];
}

function formatIn(scale: string, value: number): string {
  switch (scale) {
    case "B":
      return formatBytes(value);
    case "ms":
      return formatMs(value);
    case "s":
      return Math.abs(value) < 1 ? formatMs(value * 1000) : formatSeconds(value);
    case "%":
      return `${digits(value)} %`;
    case "x":
      return `${digits(value)}×`;
    case "1":
      return formatCount(value);
    default:
      return `${formatCount(value)} ${scale}`;
  }
}

/** Three digits that tell something, no trailing zeros; whole above 100. */
function digits(value: number): string {
  if (!Number.isFinite(value)) return NOTHING;
  const size = Math.abs(value);
  const text = size >= 99.95 ? whole(size) : String(Number(size.toPrecision(size < 1 ? 2 : 3)));
  return signed(value, text);
}

/** A whole size in full, up to where a double tells one from the next. */
function whole(size: number): string {
  return size < 1e15 ? GROUPED.format(size) : size.toExponential(2).replace(/\.?0+e/, "e");
}

const signed = (value: number, size: string) => (value < 0 && size !== "0" ? `−${size}` : size);

function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return NOTHING;
  if (Math.abs(seconds) < 119.95) return `${tenths(seconds)} s`;
  const rounded = Math.round(seconds);
  return `${formatCount(Math.trunc(rounded / 60))} min ${Math.abs(rounded % 60)} s`;
}

/** Seconds to the tenth (below 10 to the hundredth), so that a column of them lines up. */
function tenths(seconds: number): string {
  return seconds.toFixed(Math.abs(seconds) < 9.995 ? 2 : 1).replace("-", "−");
}
