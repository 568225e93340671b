import { GiB, is, MiB } from "../../harness/scenario/index.ts";
import type { Evidence, Window } from "../../harness/scenario/index.ts";
import { HANG_UPS, MORE, type Api, type HungUp } from "./drive.ts";

/** The sizes of objects that clients hung up on after ten bytes. */
export const bytes = { "64m": 64 * MiB, "256m": 256 * MiB, "1g": GiB } as const;
export type Size = keyof typeof bytes;
export const sizes = Object.keys(bytes) as Size[];
export const hungUp = Object.keys(HANG_UPS) as HungUp[];

/** How many clients hung up on the roomy box. */
const HUNG_UP = hungUp.length + MORE;

/** An API's memory when it had served its first downloads, and rested. */
const level = (evidence: Evidence, api: Api = "api") =>
  evidence.last(api, "current", evidence.phase("baseline"));

/** The most memory above its level that an API took from when a client came to what its hang-up did. */
export function taken(evidence: Evidence, api: Api, what: HungUp): number {
  const { from } = evidence.phase(`hold-${api}-${what}`);
  const { to } = evidence.phase(`hang-up-${api}-${what}`);
  return evidence.peak(api, { from, to }) - level(evidence, api);
}

/** The API's highest memory up to the end of a hang-up, less its last before. (They come in the order of their peaks.) */
export function risen(evidence: Evidence, size: Size): number {
  const { from, to } = evidence.phase(`hang-up-api-${size}`);
  return evidence.peak("api", { from: 0, to }) - evidence.lastBefore("api", "current", from);
}

/**
 * What the API's programs allocate while a client holds the line. Counted from just before it
 * came: of an earlier hang-up, malloc may keep some. Full socket buffers are no harm.
 */
export function heapHeld(evidence: Evidence, size: Size): number {
  const hold = evidence.phase(`hold-api-${size}`);
  return evidence.last("api", "anon", hold) - evidence.lastBefore("api", "anon", hold.from);
}

/** What the API received after a hang-up; its client sends nothing any more. */
export function received(evidence: Evidence, what: HungUp): number {
  const upTo = (phase: string) =>
    evidence.last("api", "rx", evidence.phase(`${phase}-api-${what}`));
  return upTo("hang-up") - upTo("hold");
}

/** The most memory above its level that the API took for downloads. */
export const takenBy = (evidence: Evidence, phase: string) =>
  evidence.peak("api", evidence.phase(phase)) - level(evidence);

/** The most memory above what it had before its first client that the slow client's API took. */
export const takenBySlow = (evidence: Evidence) =>
  evidence.peak("slow") - evidence.first("slow", "current", evidence.phase("baseline"));

/** What was wrong with what the slow client read to its end; empty if nothing was. */
export const sipped = (evidence: Evidence): readonly string[] =>
  evidence.observationsAs("sipped", is.text).map(({ value }) => value);

/** When all has been asked for, and late damage too has had its time. */
const afterwards = (evidence: Evidence): Window =>
  evidence.phase(evidence.hasPhase("last-look") ? "last-look" : "after-box");

/**
 * How much more of something there is in the end, for each that hung up: its lowest then, less its
 * highest before the first. So what an API takes for its work it may keep; what adds up, it may not.
 */
export function leftByEach(
  evidence: Evidence,
  service: Api | "s3",
  metric: "current" | "shmem" | "fds" | "sockets" | "pids",
): number {
  const before = { from: evidence.phase("baseline").from, to: evidence.phase("ranges").to };
  const highest =
    metric === "current"
      ? evidence.peak(service, before)
      : evidence.highest(service, metric, before);
  return (evidence.lowest(service, metric, afterwards(evidence)) - highest) / HUNG_UP;
}

/** How much a number of an API grew in a window: by its highest there. */
export function grown(evidence: Evidence, api: Api, metric: "current" | "rx", during: Window) {
  const highest = metric === "rx" ? evidence.last(api, metric, during) : evidence.peak(api, during);
  return highest - evidence.lastBefore(api, metric, during.from);
}

/** The answer times of all pings since the first download, null for one that got no answer. */
export function pings(evidence: Evidence): readonly (number | null)[] {
  return evidence.observationsAs("ping", is.nullOr(is.number)).map(({ value }) => value);
}
