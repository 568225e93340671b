import { claim, defineScenario, type Evidence } from "aftershock/scenario";

const REQUESTS = 100;
const AT_ONCE = 20;

export default defineScenario({
  id: "unread-answers",
  title: "The answers that nobody read",
  story:
    "The shop asks the stock service. While that was down, its answers were not read, and each " +
    "kept its connection, until the shop had no descriptor left to answer anybody.",
  source: { document: "The shop is down", publisher: "The shop's team", published: "2026-03-17" },
  scaled: [
    { what: "requests", then: "an hour's", here: "100", why: "time", holds: "one descriptor each" },
  ],
  needs: { memory: "256 MiB", seconds: 8 },
  arms: {
    broken: { role: "broken" },
    today: { role: "fixed", why: "the answer is read to its end: src/shop.js as it is" },
    capped: {
      role: "control",
      why: "eighty connections at most: then everybody waits for one that is never free",
      rejectedBy: ["answers"],
    },
    "stock-is-up": {
      role: "control",
      kind: "no fault",
      why: "an answer of 200 is always read",
      target: "broken",
      env: { STATUS: "200" },
      rejectedBy: ["one-each"],
      upholds: ["few-descriptors", "answers"],
    },
  },
  fixable: { places: { app: { services: ["shop"], at: "/app" } } },
  plots: [{ title: "Processes of the shop", service: "shop", metric: "processes" }],
  ready: [
    { service: "client", command: ["curl", "-s", "http://stock:8000/"] },
    { service: "client", command: ["curl", "-s", "http://shop:8000/"], of: "system" },
  ],

  async drive({ phase, exec, load, watch }) {
    await watch(2000); // the baseline
    phase("asked");
    const each = `http://shop:8000/?[1-${REQUESTS}]`;
    const wait = ["--parallel", "--parallel-max", `${AT_ONCE}`, "--max-time", "10"];
    const tell = ["-s", "-o", "/dev/null", "-w", "%{http_code}\n"];
    const { stdout } = await exec("client", ["curl", ...wait, ...tell, each], { check: false });
    const codes = stdout.trim().split("\n");
    load("requests", codes.length);
    load("answers", codes.filter((code) => code !== "000").length);
    phase("after");
    await watch(1500);
  },

  judge: {
    guards: (e) => [{ what: "every request was made", ok: e.load("requests") === REQUESTS }],
    figures: (e) => ({ left: { value: kept(e), unit: "1" } }),
    broken: (e) => [
      claim.value("one-each", {
        says: "nine of ten requests leave a descriptor open",
        measured: kept(e) / REQUESTS,
        unit: "1",
        atLeast: 0.9,
      }),
    ],
    fixed: (e) => [
      claim.count("few-descriptors", {
        says: "no more descriptors stay than there were clients at once",
        n: kept(e),
        atMost: 1.5 * AT_ONCE,
      }),
      claim.count("answers", {
        says: "everybody is answered",
        n: e.load("answers"),
        exactly: REQUESTS,
      }),
    ],
  },
});

/** Descriptors of the shop that are open afterwards, and were not before. */
function kept(e: Evidence): number {
  return e.last("shop", "fds", e.phase("after")) - e.last("shop", "fds", e.phase("baseline"));
}
