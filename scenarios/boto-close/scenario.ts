import { defineScenario } from "../../harness/scenario/index.ts";
import { drive } from "./drive.ts";
import { judge } from "./judge.ts";

/** Seen to be no fix before the long last look, which is left out then. */
const plainlyBroken = { seconds: 40 };

const wrong = {
  role: "control",
  rejectedBy: ["flat-256m", "flat-1g", "rest-left-256m", "rest-left-1g", "never-killed"],
  needs: plainlyBroken,
} as const;

export default defineScenario({
  id: "boto-close",
  title: "The close() that reads everything",
  story: `An HTTP API streams S3 objects to its clients. A new client asks for an object, looks at
the headers and hangs up; then it fetches the object in parts. At the hang-up the server closes the
boto Key, and a Key's close() first reads what is left of the object, all of it, into memory.`,
  headline: {
    figure: "peak",
    failed: "A hang-up: close() reads 1 GiB into memory",
    held: "Key.close() leaves the rest where it is",
    watched: "memory of the API",
  },
  source: {
    document: "The Case of the Mysterious Memory Consumption",
    publisher: "James Porter's blog",
    published: "2015-12-09",
  },
  scaled: [
    {
      what: "object size",
      then: "tens to hundreds of gigabytes",
      here: "64 MiB, 256 MiB and 1 GiB, sparse, with marks in them",
      why: "the failure takes twice the object's size in memory",
      holds: "the rise is linear in the size, checked at these three",
    },
    {
      what: "S3",
      then: "Amazon's",
      here: "s3proxy 4.1.0 on an internal network",
      why: "nothing leaves the lab",
      holds: "the real boto signs its requests to it; when its peer hangs up, it stops sending",
    },
  ],
  needs: { memory: "3 GiB", cpus: 0.3, seconds: 60 },
  arms: {
    broken: { role: "broken", needs: plainlyBroken },
    "fast-close": { role: "fixed", why: "Key.close() never reads: the story's own fix" },
    generator: { role: "fixed", why: "a generator around the Key has a close() of its own" },
    wrapper: { role: "fixed", why: "a class around the Key asks it for the fast close" },
    "socket-first": { role: "fixed", why: "once the socket is closed there is nothing to read" },
    boto3: { role: "fixed", why: "closing boto3's body closes its connection" },
    pieces: { role: "fixed", why: "asks S3 for 8 MiB at a time, and for no more than is wanted" },
    "bigger-box": {
      ...wrong,
      upholds: ["rises-1g", "linear"],
      target: "broken",
      env: { BOX_MEMORY: "1g" },
      why: "twice the memory only moves the limit",
    },
    "no-range": {
      ...wrong,
      rejectedBy: [...wrong.rejectedBy, "served-ranges"],
      why: "the Range code was the first suspect, and innocent",
    },
    "restart-on-oom": { ...wrong, why: "starting anew after a kill comes after the kill" },
    "gc-collect": { ...wrong, why: "what is still being read is no garbage" },
    "late-close": {
      role: "control",
      rejectedBy: ["late-rise-api", "late-rest-api"],
      upholds: ["flat-256m", "flat-1g", "rest-left-1g"],
      why: "a timer that closes the key half a minute later does the same damage later",
    },
    "from-start": {
      role: "control",
      rejectedBy: ["served-baseline", "served-ranges", "served-again"],
      upholds: ["flat-256m", "flat-1g", "rest-left-1g", "never-killed", "served-full-download"],
      needs: plainlyBroken,
      why: "parts of the right size from the wrong place are no parts",
    },
    patient: {
      role: "control",
      kind: "no fault",
      rejectedBy: ["rises-1g", "rises-256m", "killed"],
      upholds: ["flat-1g", "flat-256m", "never-killed"],
      needs: { seconds: 80 },
      target: "broken",
      env: { CLIENT: "patient" },
      why: "the client reads to the end instead of hanging up",
    },
  },
  fixable: {
    places: { app: { services: ["api", "box", "slow"], at: "/app" } },
    settings: ["BOX_MEMORY"],
  },
  plots: [
    { title: "Memory of the API", service: "api", metric: "current" },
    { title: "Received by the API", service: "api", metric: "rx" },
    { title: "Memory of the small box", service: "box", metric: "current" },
  ],
  loads: ["right"],
  phases: ["last-look"],
  ready: [
    { service: "s3", command: ["ready"], withinMs: 180_000 },
    { service: "client", command: ["test", "-r", "/data/bucket/object-1g"] },
    { service: "client", command: ["curl", "-sf", "-m", "5", "api:8000/ping"], of: "system" },
    { service: "client", command: ["curl", "-sf", "-m", "5", "box:8000/ping"], of: "system" },
    { service: "client", command: ["curl", "-sf", "-m", "5", "slow:8000/ping"], of: "system" },
  ],
  drive,
  judge,
});
