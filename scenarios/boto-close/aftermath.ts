import { claim, KiB, MiB } from "../../harness/scenario/index.ts";
import type { Claim, Evidence } from "../../harness/scenario/index.ts";
import { grown, leftByEach } from "./measured.ts";

const KINDS = { fds: "descriptors", sockets: "sockets", pids: "threads or processes" } as const;

/** What the hang-ups leave in the API's box, and at S3, once all is over. */
export function nothingLeft(evidence: Evidence): readonly Claim[] {
  const next = { unit: "1/hang-up", atMost: 0.25 } as const;
  return [
    claim.value("memory-left", {
      says: "Of each hang-up the API keeps next to no memory",
      measured: leftByEach(evidence, "api", "current"),
      unit: "B/hang-up",
      atMost: 512 * KiB,
    }),
    claim.value("tmpfs-left", {
      says: "Of each hang-up the API keeps nothing in files that are memory",
      measured: leftByEach(evidence, "api", "shmem"),
      unit: "B/hang-up",
      atMost: 128 * KiB,
    }),
    ...(["fds", "sockets", "pids"] as const).map((metric) =>
      claim.value(`${metric}-left`, {
        says: `Of hang-ups no ${KINDS[metric]} stay open at the API`,
        measured: leftByEach(evidence, "api", metric),
        ...next,
      }),
    ),
    // By what it has open itself: its kernel may still be trying to bring a rest to who is gone.
    claim.value("s3-left", {
      says: "Of hang-ups no connections stay open at S3",
      measured: leftByEach(evidence, "s3", "fds"),
      ...next,
    }),
  ];
}

/** Damage that a timer does later; of an arm that is plainly broken nobody waits for it. */
export function nothingLater(evidence: Evidence): readonly Claim[] {
  if (!evidence.hasPhase("last-look")) return [];
  const look = evidence.phase("last-look");
  return (["api", "box"] as const).flatMap((api) => [
    claim.value(`late-rise-${api}`, {
      says: `Nor does memory rise later, for half a minute: ${api}`,
      measured: grown(evidence, api, "current", look),
      unit: "B",
      atMost: 16 * MiB,
    }),
    claim.value(`late-rest-${api}`, {
      says: `Nor does the rest come later, for half a minute: ${api}`,
      measured: grown(evidence, api, "rx", look),
      unit: "B",
      atMost: 4 * MiB,
    }),
  ]);
}
