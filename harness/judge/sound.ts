import { InconclusiveError } from "../errors.ts";
import { isUnit } from "./units.ts";
import { CLAIM_KINDS, RELATIONS, type Claim, type Figure, type Guard } from "./types.ts";

/** What a verdict may hold of one arm. */
const MOST = 1000;
const LONGEST = 2000;

/**
 * What a scenario's judge gave, as a verdict may hold it: a scenario is any module, and its
 * functions may give anything at all.
 * @throws InconclusiveError for what is no list of claims with finite numbers and an id each
 */
export function soundClaims(given: unknown, list: string): readonly Claim[] {
  const claims = listOf(given, `\`${list}\` gave`).map((claim) => soundClaim(claim, list));
  const twice = claims.find(({ id }, i) => claims.findIndex((other) => other.id === id) !== i);
  if (!twice) return claims;
  throw new InconclusiveError("CLAIM_ID_TWICE", `\`${list}\` makes two claims "${twice.id}".`);
}

/** The same for guards: a promise is true, but shows nothing. */
export function soundGuards(given: unknown): readonly Guard[] {
  return listOf(given, "`guards` gave").map((guard) => {
    const { what, ok } = fields(guard, "a guard");
    if (typeof what === "string" && typeof ok === "boolean") return { what: brief(what), ok };
    throw unsound("A guard needs `what`, a sentence, and `ok`, true or false.");
  });
}

/** The same for figures; those that are no number are left out. */
export function soundFigures(given: unknown): Record<string, Figure> {
  const figures = Object.entries(fields(given, "`figures`")).slice(0, MOST);
  const sound = figures.flatMap(([name, figure]): [string, Figure][] => {
    const { value, unit } = fields(figure, `figure "${brief(name)}"`);
    return Number.isFinite(value) && isUnit(unit)
      ? [[brief(name), { value: value as number, unit }]]
      : [];
  });
  return Object.fromEntries(sound);
}

/** Words for a verdict from whatever was thrown; never throws itself. */
export function wordsOf(thrown: unknown): string {
  try {
    return brief(String(thrown instanceof Error ? (thrown.message as unknown) : thrown));
  } catch {
    return "something that cannot be told";
  }
}

/** Why judging could not go on, from whatever was thrown: a scenario's own mistakes are named so. */
export function troubleOf(thrown: unknown): string {
  const words = wordsOf(thrown);
  return isOurs(thrown) ? words : `The scenario's judge failed: ${words}`;
}

function soundClaim(given: unknown, list: string): Claim {
  const claim = { ...fields(given, `a claim of \`${list}\``) } as unknown as Claim;
  const { id, sentence, kind, relation, unit, ok, measured, bound, boundHigh, margin } = claim;
  const words = [id, sentence].every((word) => typeof word === "string" && word.length <= LONGEST);
  const known = CLAIM_KINDS.includes(kind) && RELATIONS.includes(relation) && isUnit(unit);
  const numbers = [measured, bound, margin, ...(boundHigh === undefined ? [] : [boundHigh])];
  if (words && known && typeof ok === "boolean" && numbers.every(Number.isFinite)) return claim;
  throw unsound(`\`${list}\` gave a claim that is none: make claims by their builders.`);
}

/** A judge that is async: nobody waits for it, and what it will throw is no crash. */
export function unawaited(given: unknown): void {
  if (given instanceof Promise) given.catch(() => {});
}

/** Whether it is the lab's own word that nothing can be said. */
export function isOurs(thrown: unknown): thrown is InconclusiveError {
  try {
    return thrown instanceof InconclusiveError;
  } catch {
    return false; // who throws a proxy may be asked nothing
  }
}

function listOf(given: unknown, what: string): readonly unknown[] {
  unawaited(given);
  if (Array.isArray(given) && given.length <= MOST) return [...(given as readonly unknown[])];
  throw unsound(`${what} no list${Array.isArray(given) ? ` of at most ${MOST}` : ""}.`);
}

function fields(given: unknown, what: string): Readonly<Record<string, unknown>> {
  unawaited(given);
  const isPlain = typeof given === "object" && given !== null && !(given instanceof Promise);
  if (isPlain) return given as Record<string, unknown>;
  throw unsound(`${what} is no object.`);
}

const brief = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text);

const unsound = (message: string) => new InconclusiveError("NOT_SOUND", message);
