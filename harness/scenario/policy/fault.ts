/** Something in a compose file that lets the incident out, or lets it reach the machine. */
export interface Fault {
  /** Where it stands; none of the three for a key at the top of the file. */
  readonly service?: string;
  readonly network?: string;
  readonly volume?: string;
  /** The compose key that it stands under, or that is missing. */
  readonly key: string;
  /** The rule that is broken: the word for it in `x-why`, where it can be loosened. */
  readonly rule: string;
  /** What is wrong and the way out, in one line. */
  readonly says: string;
}

/** A fault of a service, before it is said of which one. */
export type Finding = Pick<Fault, "key" | "rule" | "says">;

/** A part of compose's answer, as its JSON has it. */
export type Part = Readonly<Record<string, unknown>>;

/** What is asked of the machine that the compose file lies on. */
export interface Ground {
  /** Whether a build may read this file or folder, or have it as a secret, or a container see it. */
  allows(path: string, use: "build" | "build secret" | "run"): boolean;
}

/** A value as an object; an empty one where it is none. */
export function partOf(value: unknown): Part {
  return isPart(value) ? value : {};
}

/** A value as a list; an empty one where it is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Whether a key says anything at all: compose's answer has many empty ones. */
export function isSet(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isPart(value)) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && value !== false && value !== "" && value !== 0;
}

function isPart(value: unknown): value is Part {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** Every string inside a value, for things that compose writes in several shapes. */
export function textsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (isPart(value)) return Object.entries(value).flatMap(([k, v]) => [k, ...textsIn(v)]);
  return [];
}

/** Whether labels are among them by which the lab, or compose, knows its own things. */
export function hasOwnLabels(labels: unknown): boolean {
  const names = [...Object.keys(partOf(labels)), ...listOf(labels).map(String)];
  return names.some((name) => /^(aftershock|com\.docker\.compose)\./.test(name));
}
