/** The agreement on how soon a change shows, seconds. */
export const SLA = 5;
/** As much again for a start, which keeps a processor busy before it can look at anything. */
const START = 2 * SLA;
/** How long eventlet waits for the answer to one question, seconds: a constant of its own. */
export const QUESTION = 30;
/** A stop is many small steps, but none waits for a question. */
const STOP = QUESTION / 3;

/** What people wait for after a deployment, how a sentence calls it, and what it may take, seconds. */
export const wait = {
  start: { says: "The new release has read its configuration", atMost: START },
  update: { says: "A changed state shows on the page", atMost: SLA },
  stop: { says: "An emergency stop is done", atMost: STOP },
} as const;
export const waits = Object.keys(wait) as (keyof typeof wait)[];

/** In the days after, of every application: the longest of all such waits counts. */
export const laterWait = {
  change: { says: "Later, too, each application's new state shows on the page", atMost: SLA },
  new: { says: "An application that is new shows on the page, and that it is up", atMost: SLA },
  uptime: {
    says: "An application that goes down, comes up or is stopped shows so on the page",
    atMost: SLA,
  },
  stop: { says: "Each application, too, is stopped in an emergency", atMost: STOP },
} as const;
export const laterWaits = Object.keys(laterWait) as (keyof typeof laterWait)[];

/** Whether this took no longer than it may, once it is mended. */
export function isPrompt(name: keyof typeof wait, seconds: number): boolean {
  return seconds <= wait[name].atMost;
}
