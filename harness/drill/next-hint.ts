import { UsageError } from "../errors.ts";
import { appendEvent, readEvents } from "./events.ts";
import { sectionsOf } from "./papers.ts";

/** One of a drill's hints. */
export interface Hint {
  readonly number: number;
  readonly of: number;
  readonly heading: string;
  readonly text: string;
  /** Whether the next was asked for and there is none: this is the last once more. */
  readonly noMore: boolean;
}

/**
 * The next hint of a session, which is counted; or one that was given before, which is not. After
 * the last it is the last again.
 * @throws UsageError HINT_TOO_FAR for one beyond the next
 */
export async function nextHint(session: string, markdown: string, asked?: number): Promise<Hint> {
  const sections = sectionsOf(markdown);
  const events = await readEvents(session);
  const numbers = events.flatMap(({ event, hint }) =>
    event === "hint" ? [Number(hint) || 0] : [],
  );
  const given = Math.min(Math.max(0, ...numbers), sections.length);
  const next = Math.min(given + 1, sections.length);
  const number = asked ?? next;
  const section = sections[number - 1];
  if (!section || number > next)
    throw new UsageError("HINT_TOO_FAR", `There is no hint ${number} yet.`, {
      hint: `They come one after the other: \`aftershock hint\` gives number ${next} of ${sections.length}.`,
    });
  if (number > given) await appendEvent(session, "hint", { hint: number });
  const { heading, text } = section;
  const noMore = asked === undefined && number === given;
  return { number, of: sections.length, heading, text, noMore };
}
