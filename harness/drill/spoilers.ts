import { globOf, isGlob } from "../images/glob.ts";
import { literal } from "../literal.ts";

/** Some text that a learner can reach, and where. */
export interface Surface {
  readonly where: string;
  readonly text: string;
}

/** What nobody is to read before the debrief. */
export interface Riddle {
  /** In any case, whatever stands between their parts: "hang-up" is "hangUp" and "HANG_UP", too. */
  readonly words: readonly string[];
  /** Regular expressions. */
  readonly patterns: readonly string[];
  /** Lines that a right fix adds. */
  readonly lines: readonly string[];
  /** What can't be avoided, or is the incident's own evidence, and why. */
  readonly allowed: readonly Allowed[];
}

interface Allowed {
  /** The word or pattern itself; of a line, a part of it. */
  readonly word: string;
  /** What the surface's name begins with, or a pattern of all of it. */
  readonly where: string;
  readonly why: string;
}

/** A spoiler, and what stands around it. */
export interface Spoiler {
  readonly where: string;
  readonly what: string;
  readonly excerpt: string;
}

/** All spoilers that these surfaces show: each once a surface, but for those that are allowed. */
export function spoilersIn(surfaces: readonly Surface[], riddle: Riddle): readonly Spoiler[] {
  const sought = [
    ...riddle.words.map((word) => ({ what: word, find: finderOf(wordPattern(word)) })),
    ...riddle.patterns.map((source) => ({ what: source, find: finderOf(new RegExp(source, "i")) })),
    ...riddle.lines.map((line) => ({ what: line, find: lineFinder(line) })),
  ];
  return surfaces.flatMap(({ where, text }) => {
    const plain = unescaped(text);
    return sought.flatMap(({ what, find }) => {
      const at = find(plain);
      if (at < 0 || isAllowed({ where, what }, riddle.allowed)) return [];
      return [{ where, what, excerpt: excerptAt(plain, at) }];
    });
  });
}

/** Whether a spoiler there is one that the drill says can't be avoided. */
export function isAllowed(
  { where, what }: Pick<Spoiler, "where" | "what">,
  allowed: readonly Allowed[],
): boolean {
  const isThere = (place: string) =>
    isGlob(place) ? globOf(place)(where) : where.startsWith(place);
  return allowed.some((one) => isThere(one.where) && what.includes(one.word));
}

/** Where something is first found, or -1. */
type Finder = (text: string) => number;

const finderOf =
  (pattern: RegExp): Finder =>
  (text) =>
    pattern.exec(text)?.index ?? -1;

/** Short words would be found within others: they must stand alone. */
const ALONE = 6;

/**
 * A word in any case, whatever of "-_. " stands between its parts, or nothing. Long ones are found
 * within others as well.
 */
function wordPattern(word: string): RegExp {
  const parts = word.split(/[-_.\s]+/).filter(Boolean);
  const between = parts.map((part) => literal(part)).join("[-_.\\s]*");
  if (parts.join("").length >= ALONE) return new RegExp(between, "i");
  return new RegExp(`(?<![a-z0-9])${between}(?![a-z0-9])`, "i");
}

/** A line is the same however it is indented, and wherever it was put. */
function lineFinder(line: string): Finder {
  const sought = line.split(/\s+/).map((part) => literal(part));
  return finderOf(new RegExp(sought.join("\\s+")));
}

/** Text as it reads, where it stands in JSON: quotes and ends of lines. */
const unescaped = (text: string) =>
  text.includes("\\") ? `${text}\n${text.replaceAll("\\n", "\n").replaceAll('\\"', '"')}` : text;

const AROUND = 60;

const excerptAt = (text: string, at: number) =>
  text
    .slice(Math.max(0, at - AROUND), at + AROUND)
    .replaceAll(/\s+/g, " ")
    .trim();
