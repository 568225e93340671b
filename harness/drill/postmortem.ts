import { formatMs } from "../report/format.ts";
import type { Spans, Timeline } from "./timeline.ts";

/** What a session's post-mortem is written from. */
export interface PostmortemFacts {
  readonly title: string;
  readonly timeline: Timeline;
  /** What was measured meanwhile, a line each. */
  readonly measured: readonly string[];
  /** The cause, as the debrief tells it. */
  readonly cause: string;
  /** Where the story was published. */
  readonly source: string;
}

const SPANS: Readonly<Record<keyof Spans, string>> = {
  firstLook: "a first look",
  firstGuess: "a first guess",
  firstHint: "the first hint",
  firstCheck: "the first check",
  fixed: "a fix that holds",
};

/**
 * A post-mortem page with the times and figures of this session filled in. What only people can
 * say is asked: a line in italics, to be replaced.
 */
export function postmortemText(facts: PostmortemFacts): string {
  const { title, timeline, measured, cause, source } = facts;
  return [
    `# Post-mortem: ${title}`,
    `Drill of ${timeline.startedAt.slice(0, 10)}. The incident: ${source}.`,
    "## Summary",
    "*In two sentences, for somebody who was not there: what broke, for whom, and what ended it.*",
    "## Timeline",
    table(["time", "what"], [...timeline.moments.map(({ at, says }) => [clock(at), says])]),
    "## How long it took",
    `${spansText(timeline.spans)} ${hintsText(timeline)}`,
    "## What was measured",
    measured.length > 0 ? measured.map((line) => `- ${line}`).join("\n") : "Nothing was recorded.",
    "## The guess, and what came of it",
    timeline.guess === undefined ? "No guess was written down." : `> ${oneLine(timeline.guess)}`,
    ...(timeline.notes.length > 0
      ? [`Noted later:\n\n${timeline.notes.map((text) => `- ${oneLine(text)}`).join("\n")}`]
      : []),
    "*What spoke for it? What would have refuted it sooner?*",
    "## Cause",
    cause,
    "## Fix",
    checksText(timeline),
    "*What was changed, and why it holds.*",
    "## What is to be done, so that it does not come again",
    "- *who, what, until when*",
  ]
    .join("\n\n")
    .concat("\n");
}

/** What came before the symptom is told as that. */
function spansText(spans: Spans): string {
  const told = (Object.keys(SPANS) as (keyof Spans)[]).flatMap((key) => {
    const ms = spans[key];
    return ms === undefined ? [] : [{ ms, what: SPANS[key], time: formatMs(Math.abs(ms)) }];
  });
  if (told.length === 0) return "From the symptom to the debrief nothing was tried.";
  const early = told.filter(({ ms }) => ms < 0).map(({ what, time }) => `${what} by ${time}`);
  const later = told.filter(({ ms }) => ms >= 0).map(({ what, time }) => `${what} ${time}`);
  return [
    ...(early.length > 0 ? [`Before the symptom: ${early.join(", ")}.`] : []),
    ...(later.length > 0 ? [`From the symptom to ${later.join(", to ")}.`] : []),
  ].join(" ");
}

const oneLine = (text: string) => text.replaceAll("\n", " ");

const hintsText = ({ hints }: Timeline) =>
  hints === 0 ? "No hint was taken." : `Hints taken: ${hints}.`;

function checksText({ checks }: Timeline): string {
  if (checks.length === 0) return "No fix was checked.";
  return table(
    ["check", "time", "verdict"],
    checks.map(({ n, at, verdict }) => [String(n), clock(at), verdict]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("\n", " ").replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** "12:05": minutes and seconds since the session began. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
