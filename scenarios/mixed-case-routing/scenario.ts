import { defineScenario, type Arm } from "../../harness/scenario/index.ts";
import { drive } from "./drive.ts";
import { judge } from "./judge.ts";

const fix = (why: string): Arm => ({ role: "fixed", why });
const wrongFix = (why: string, ...rejectedBy: string[]): Arm => ({
  role: "control",
  why,
  rejectedBy,
});

export default defineScenario({
  id: "mixed-case-routing",
  title: "The reload that went to another backend",
  story:
    "A load balancer picks an app's backend by the app's domain. A reload is a call to the " +
    "website, and is routed by the domain in its path, which the Web tab writes as the user " +
    "wrote his name when he signed up. The pick is case-sensitive: the reload restarts the app " +
    "on another backend, answers 200, and the old code goes on. Nobody minded until the number " +
    "of backends was more than doubled.",
  headline: {
    figure: "oldCodeAt_nine",
    failed: "After a reload, apps that still run old code",
    held: "Lower case at the balancer: each runs the new",
    watched: "processes in all",
  },
  source: {
    document: "A fun bug",
    publisher: "Giles Thomas's blog",
    published: "2014-03-28",
  },
  scaled: [
    {
      what: "the load balancer",
      then: "one whose pick by domain is case-sensitive; the post does not name it",
      here: "HAProxy 2.6 with its default hash, and with its consistent one",
      why: "the default is the simplest machine that does all that the story tells",
      holds: "its arithmetic, computed beside it, names the backend of every single request",
    },
    {
      what: "backends",
      then: "slightly more than twice as many as before",
      here: "4, then 9; and 3 while one is out for maintenance",
      why: "the post gives no number",
      holds: "for each number the reloads astray are as many as the hash says, computed",
    },
  ],
  needs: { memory: "1.4 GiB", cpus: 0.4, seconds: 60, limitSeconds: 420 },
  arms: {
    broken: { role: "broken", why: "HAProxy's default: hash-type map-based." },
    consistent: {
      role: "broken",
      why: "The same with hash-type consistent: never quiet, whatever the number of backends.",
      target: "broken",
      env: { HASH_TYPE: "consistent" },
    },
    "lower-at-balancer": fix("The story's own: the balancer's pick ignores case."),
    "lower-consistent": {
      ...fix("The same fix where the hash is consistent."),
      target: "lower-at-balancer",
      env: { HASH_TYPE: "consistent" },
      against: "consistent",
    },
    "lower-in-web-tab": fix("The Web tab writes the domain into the URL in lower case."),
    "broadcast-reload": fix(
      "A reload goes to all backends, and restarts the app where it runs: nine orders for each.",
    ),
    "redirect-to-lower": fix("The balancer sends a reload on to its URL in lower case (308)."),
    "reload-at-own-host": fix("Web tabs reload at the app's own host, which leads where it runs."),
    "back-to-four": {
      ...wrongFix("Back to four backends: until one of them is out.", "new-code-at-three"),
      target: "broken",
      env: { GROWS: "no" },
    },
    "retry-three": wrongFix("Each reload is sent three times.", "new-code-at-nine", "no-strays"),
    "lower-two-users": wrongFix(
      "Lower case for the two users who complained.",
      "new-code-at-nine",
      "no-strays",
    ),
    "sticky-cookie": wrongFix("A cookie keeps each browser on a backend.", "new-code-at-nine"),
    "round-robin-reloads": wrongFix("Reloads take turns.", "new-code-at-four", "new-code-at-nine"),
    "restart-all": wrongFix(
      "A reload restarts all apps of the backend it reaches.",
      "others-untouched",
    ),
    "all-lower-case": {
      role: "control",
      kind: "no fault",
      rejectedBy: ["astray-at-three", "astray-at-nine", "the-two-users", "strays"],
      upholds: ["new-code-at-nine", "no-strays", "restarted"],
      why: "The broken platform, but everybody signed up in lower case.",
      target: "broken",
      env: { NAMES: "lower" },
    },
  },
  fixable: {
    places: {
      platform: {
        services: ["balancer", ...Array.from({ length: 9 }, (_, i) => `backend-${i + 1}`)],
        at: "/platform",
      },
    },
    settings: ["HASH_TYPE"],
  },
  plots: [
    { title: "Processes on all backends", observed: "processes on all backends" },
    { title: "Processes on a backend of the four", service: "backend-1", metric: "pids" },
    { title: "Processes on one of the five new ones", service: "backend-9", metric: "pids" },
  ],
  ready: [
    { service: "browser", command: ["browse", "deploy", "1"] },
    {
      service: "browser",
      command: [
        "curl",
        "-sfL",
        "balancer:8080/user/JoeButy/webapps/",
        "-H",
        "Host: www.platform.test",
      ],
      of: "system",
    },
  ],
  phases: ["four", "three", "nine", "end"],
  drive,
  judge,
});
