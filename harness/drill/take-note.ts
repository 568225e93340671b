import { appendFile } from "node:fs/promises";
import { writing } from "../replay/writable.ts";
import { shown } from "../scenario/shown.ts";
import { appendEvent } from "./events.ts";
import { placesOf } from "./session.ts";

/**
 * Writes a note into a session, as an event and as a line of notes.md, which people may edit.
 * @returns the file, as people type it
 * @throws EnvironmentError NOT_WRITABLE
 */
export async function takeNote(session: string, text: string): Promise<string> {
  const { notes } = placesOf(session);
  const { t } = await appendEvent(session, "guess", { text });
  const line = `- ${t.slice(11, 19)} ${text.replaceAll("\n", "\n  ")}\n`;
  await writing(notes, () => appendFile(notes, line), "The note is in events.ndjson all the same.");
  return shown(notes);
}
