import { claim, defineScenario, MiB, type Evidence } from "aftershock/scenario";

const REQUESTS = 1000;

export default defineScenario({
  id: "template",
  title: "The service that forgets nothing",
  story: "Every request is remembered in a list that nobody reads, until memory is full.",
  source: {
    document: "The title of your post-mortem",
    publisher: "Your team",
    published: "2026-01-31",
  },
  // What differs between the story and this replay, and what keeps it true in spite of that.
  scaled: [
    { what: "requests", then: "a week's", here: "1,000", why: "time", holds: "each adds as much" },
  ],
  needs: { memory: "96 MiB", seconds: 8 },
  // An arm is a build target of its name, or of `target`; `env` is for compose.yml to put in.
  arms: {
    broken: { role: "broken" },
    bounded: { role: "fixed", why: "the list keeps its last 100 entries" },
    // A fix that one might really try, and the claim that turns it down.
    "bigger-box": {
      role: "control",
      why: "more memory, which only takes longer to fill",
      target: "broken",
      env: { BOX: "192m" },
      rejectedBy: ["stays-flat"],
    },
    // The fault left out: what is claimed of it must not hold by itself.
    forgetful: {
      role: "control",
      kind: "no fault",
      why: "nothing is remembered",
      target: "broken",
      env: { REMEMBER: "no" },
      rejectedBy: ["rises"],
      upholds: ["stays-flat", "answers"],
    },
  },
  // With these the type system knows a slip in what follows; `validate` does without them.
  names: { services: ["app", "client"], phases: ["requests"], loads: ["requests", "answers"] },
  // What `check` lets a fix of somebody's own change.
  fixable: { places: { app: { services: ["app"], at: "/app" } } },
  plots: [{ title: "Memory of the app", service: "app", metric: "anon" }],
  ready: [{ service: "client", command: ["curl", "-sf", "http://app:8000/"], of: "system" }],

  async drive({ phase, exec, load, watch }) {
    await watch(2000); // the baseline
    phase("requests");
    const each = `http://app:8000/?[1-${REQUESTS}]`;
    const curl = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}\n", each];
    const { stdout } = await exec("client", curl, { check: false });
    const codes = stdout.trim().split("\n");
    load("requests", codes.length);
    load("answers", codes.filter((code) => code === "200").length);
    await watch(1000); // what stays
  },

  judge: {
    // Unless these hold, nothing was proven: the verdict is inconclusive.
    guards: (e) => [{ what: "every request was made", ok: e.load("requests") === REQUESTS }],
    figures: (e) => ({ peak: { value: e.peak("app"), unit: "B" } }),
    broken: (e) => [
      claim.rise("rises", {
        says: "memory rises by 35 MiB and more",
        ...memory(e),
        atLeast: 35 * MiB,
      }),
    ],
    // What any right fix does: it stays flat, and it still does its job.
    fixed: (e) => [
      claim.rise("stays-flat", {
        says: "memory rises by 15 MiB at most",
        ...memory(e),
        atMost: 15 * MiB,
      }),
      claim.count("answers", { says: "all are answered", n: e.load("answers"), exactly: REQUESTS }),
    ],
  },
});

/** The app's memory before and while it is asked. */
function memory(e: Evidence) {
  return {
    series: e.series("app", "anon"),
    before: e.phase("baseline"),
    during: e.phase("requests"),
  };
}
