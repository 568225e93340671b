import { appendFile } from "node:fs/promises";
import { EnvironmentError } from "../errors.ts";
import { reasonOf } from "../files.ts";
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
  try {
    await appendFile(notes, `- ${t.slice(11, 19)} ${text.replaceAll("\n", "\n  ")}\n`);
  } catch (cause) {
    const message = `${shown(notes)} cannot be written: ${reasonOf(cause)}.`;
    const hint = "The note is in events.ndjson all the same.";
    throw new EnvironmentError("NOT_WRITABLE", message, { hint, cause });
  }
  return shown(notes);
}
