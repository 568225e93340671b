import { defineScenario } from "../../harness/scenario/index.ts";
import { drive } from "./drive.ts";
import { judge } from "./judge.ts";

/** Killed in its first import: nothing is left to be played. */
const wrong = {
  role: "control",
  rejectedBy: ["never-killed", "ends-well", "every-log"],
  needs: { seconds: 30 },
} as const;

export default defineScenario({
  id: "debug-env-leak",
  title: "The DEBUG variable that nobody set",
  story: `A Django command imports a bucket of zipped logs and is killed for its memory, each time
at another key. The customer has set DEBUG=False; the platform puts a DEBUG of its own on top, and
Django keeps every query it ever ran. The customer has no shell to see that with.`,
  headline: {
    figure: "importPeak",
    failed: "Django keeps each query: killed at 512 MiB",
    held: "DEBUG = False in the settings: none is kept",
    watched: "memory of the worker",
  },
  source: {
    document: "Never trust an environment you do not fully control",
    publisher: "a developer's blog, category backend",
    published: "2014-12-30",
  },
  scaled: [
    {
      what: "data set",
      then: "2 % of one that takes 26 hours",
      here: "3,000 zipped logs of 100 KiB",
      why: "the import takes seconds",
      holds:
        "each row costs the same: memory over rows is a straight line, in 512 MiB and in 1 GiB",
    },
    {
      what: "bare loop",
      then: "until it was killed",
      here: "10,000 calls",
      why: "its kill in 512 MiB takes minutes",
      holds: "each call costs the same: stated in bytes per call",
    },
  ],
  needs: { memory: "1.25 GiB", cpus: 0.6, seconds: 75, limitSeconds: 600 },
  arms: {
    broken: { role: "broken", needs: { cpus: 0.75, seconds: 75 } },
    "hard-coded": { role: "fixed", why: "DEBUG = False in the settings: the story's own fix" },
    "strict-parse": { role: "fixed", why: "only a word that means yes switches debug on" },
    "other-name": { role: "fixed", why: "a variable whose name the platform does not use" },
    "reset-queries": { role: "fixed", why: "the logged queries are dropped after each key" },
    "no-line-a-key": {
      role: "fixed",
      why: "DEBUG = False, and the command says nothing at all while it works",
    },
    "bigger-box": {
      ...wrong,
      upholds: ["bytes-per-row", "in-a-straight-line"],
      target: "broken",
      env: { BOX_MEMORY: "1g" },
      why: "twice the memory: the same line meets 1 GiB before the last key",
      needs: { memory: "1.75 GiB", cpus: 0.8, seconds: 40 },
    },
    "no-debug-cursor": { ...wrong, why: "use_debug_cursor = False does not win over DEBUG" },
    "set-it-again": {
      ...wrong,
      target: "broken",
      env: { CUSTOMER: "zero" },
      why: "the customer sets DEBUG=0; the platform's stays on top",
    },
    "customer-wins": { ...wrong, why: "DEBUG=False arrives, and its presence switches debug on" },
    "restart-on-oom": {
      role: "control",
      why: "each run gets further and the last one ends, two kills later",
      rejectedBy: ["never-killed"],
      needs: { cpus: 0.8, seconds: 45 },
    },
    blanks: {
      role: "control",
      why: "DEBUG = False, and blanks as long as the text are stored in its place",
      rejectedBy: ["every-log", "nothing-else"],
      needs: { seconds: 40 },
    },
    "past-django": {
      role: "control",
      why: "the one large query goes past Django; the small ones are still kept for ever",
      rejectedBy: ["keeps-no-rows"],
      upholds: ["every-log-again", "stays-small"],
    },
    "at-home": {
      role: "control",
      kind: "no fault",
      rejectedBy: ["killed-by-the-kernel", "bytes-per-row", "bare-loop-leaks", "debug-is-on"],
      upholds: ["never-killed", "every-log", "nothing-else", "stays-small"],
      env: { CUSTOMER: "unset" },
      why: "the machine at home: the same code, and nobody sets a DEBUG",
      needs: { cpus: 0.8, seconds: 40 },
    },
  },
  fixable: {
    places: { worker: { services: ["worker"], at: "/" } },
    settings: ["BOX_MEMORY", "CUSTOMER"],
  },
  plots: [
    { title: "Memory of the worker", service: "worker", metric: "anon" },
    { title: "Rows in the database", observed: "rows" },
  ],
  ready: [
    { service: "postgres", command: ["ready"], withinMs: 120_000 },
    { service: "bucket", command: ["ready"] },
    { service: "stock", command: ["test", "-e", "/tmp/stocked"] },
  ],
  phases: ["first try", "broken off", "leftovers", "flushed", "loop", "again", "last look"],
  drive,
  judge,
});
