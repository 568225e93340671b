import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { composeWithoutEngine } from "../../../harness/engine/compose.ts";
import { missingFor } from "../../../harness/images/checked.ts";
import { packageRoot } from "../../../harness/package.ts";
import { silent } from "../../../harness/progress.ts";
import { resolveCompose, type Compose } from "../../../harness/scenario/compose-model.ts";
import { examine } from "../../../harness/scenario/examine.ts";
import { loadScenario } from "../../../harness/scenario/load.ts";

// What authors get wrong, each in a copy of the scenario that `new` writes: `validate` and `run` ask
// the same, and tell file, line and the way out before anything starts.

let compose: Compose;
let home = "";
beforeAll(async () => {
  compose = await composeWithoutEngine({ progress: silent });
  // inside the repository: scenarios import "#scenario"
  home = await mkdtemp(join(import.meta.dirname, ".tmp-"));
});
afterAll(() => rm(home, { recursive: true }));

type Mistake = readonly [file: string, from: string, to: string, told: RegExp];

const mistakes: Record<string, Mistake> = {
  "a service that is probed": ["scenario.ts", 'service: "client"', 'service: "cleint"', /scenario\.ts:\d+: compose\.yml has no service "cleint"; did you mean "client"/],
  "a service that is plotted": ["scenario.ts", 'service: "app", metric', 'service: "ap", metric', /scenario\.ts:\d+: compose\.yml has no service "ap"; did you mean "app"/],
  "a service that is judged": ["scenario.ts", 'e.series("app"', 'e.series("appp"', /scenario\.ts:\d+: .*service "appp".*did you mean "app"/],
  "a service that is driven": ["scenario.ts", 'exec("client"', 'exec("cilent"', /scenario\.ts:\d+: .*service "cilent".*did you mean "client"/],
  "a phase that is judged": ["scenario.ts", 'e.phase("requests")', 'e.phase("request")', /scenario\.ts:\d+: .*phase "request".*did you mean "requests"/],
  "a phase that is driven": ["scenario.ts", 'phase("requests")', 'phase("reqests")', /scenario\.ts:\d+: .*phase "requests".*did you mean "reqests"/],
  "a load that is judged": ["scenario.ts", 'e.load("answers")', 'e.load("anwsers")', /scenario\.ts:\d+: .*load "anwsers".*did you mean "answers"/],
  "a load that is driven": ["scenario.ts", 'load("requests"', 'load("request"', /scenario\.ts:\d+: .*load "requests".*did you mean "request"/],
  "an observation": ["scenario.ts", "figures: (e) => ({", 'figures: (e) => ({ lag: { value: e.number("lag"), unit: "s" },', /scenario\.ts:\d+: .*asks for an observation "lag"/],
  "a metric that is plotted": ["scenario.ts", 'metric: "anon"', 'metric: "anno"', /scenario\.ts:\d+: plots\.0\.metric: "anno" is none of anon, workingSet, .*, fds, .*; did you mean "anon"\?/],
  "a metric that is judged": ["scenario.ts", '"app", "anon")', '"app", "anno")', /scenario\.ts:\d+: .*metric "anno".*did you mean "anon"/],
  "a claim that turns down": ["scenario.ts", 'rejectedBy: ["stays-flat"]', 'rejectedBy: ["stay-flat"]', /scenario\.ts:\d+: .*"stay-flat"; did you mean "stays-flat"/],
  "a claim that is upheld": ["scenario.ts", '["stays-flat", "answers"]', '["stays-flat", "anwsers"]', /scenario\.ts:\d+: .*"anwsers"; did you mean "answers"/],
  "a claim of the wrong list": ["scenario.ts", 'rejectedBy: ["rises"]', 'rejectedBy: ["answers"]', /scenario\.ts:\d+: .*"answers"; there are rises/],
  "a claim without a bound": ["scenario.ts", ", exactly: REQUESTS", "", /scenario\.ts:\d+: .*claim "answers" has no bound/],
  "a bound that nothing meets": ["scenario.ts", "atLeast: 35 * MiB", "atLeast: 35 * MiB, atMost: 3 * MiB", /scenario\.ts:\d+: .*"rises".*nothing can meet/],
  "two claims of one id": ["scenario.ts", 'claim.count("answers"', 'claim.count("stays-flat"', /scenario\.ts:\d+: .*two claims "stays-flat"/],
  "no proof of the load": ["scenario.ts", 'e.load("requests") === REQUESTS', "true", /scenario\.ts:\d+: no guard asks for a load/],
  "a target that is no stage": ["Dockerfile", "AS bounded", "AS boundd", /scenario\.ts:\d+: arms\.bounded: .*no stage "bounded"; did you mean "boundd"/],
  "a variable that nothing reads": ["scenario.ts", 'env: { BOX: "192m" }', 'env: { BOXX: "192m" }', /scenario\.ts:\d+: .*nothing reads BOXX/],
  "a variable that changes nothing": ["scenario.ts", 'env: { BOX: "192m" }', 'env: { BOX: "96m" }', /scenario\.ts:\d+: arms\.bigger-box: .*"broken"/],
  "arms that differ in nothing": ["scenario.ts", 'env: { BOX: "192m" },', "", /scenario\.ts:\d+: arms\.bigger-box: nothing tells it from "broken"/],
  "a control that names no claim": ["scenario.ts", 'rejectedBy: ["rises"],', "", /scenario\.ts:\d+: .*rejectedBy/],
  "a control without a reason": ["scenario.ts", 'why: "nothing is remembered",', "", /scenario\.ts:\d+: .*why/],
  "needs without a unit": ["scenario.ts", '"96 MiB"', '"96"', /scenario\.ts:\d+: needs\.memory: .*unit/],
  "a limit without a unit": ["compose.yml", "mem_limit: 64m\n      memswap_limit: 64m", "mem_limit: 64\n      memswap_limit: 64", /compose\.yml:\d+: client: may take less than 6 MiB/],
  "a limit by a variable without a unit": ["scenario.ts", 'env: { BOX: "192m" }', 'env: { BOX: "192" }', /compose\.yml:\d+: app: may take less than 6 MiB/],
  "a file system in memory without a unit": ["compose.yml", "environment:", 'tmpfs: ["/data:uid=1000,size=128"]\n    environment:', /compose\.yml:\d+: app: `tmpfs` has a size of 128, .*write a unit/],
  "the same in its long form": ["compose.yml", "environment:", "volumes: [{ type: tmpfs, target: /data, tmpfs: { size: 128 } }]\n    environment:", /compose\.yml:\d+: app: `volumes` has a size of 128, .*write a unit/],
  "shared memory without a unit": ["compose.yml", "environment:", "shm_size: 64\n    environment:", /compose\.yml:\d+: app: `shm_size` has a size of 64, .*write a unit/],
  "an unknown role": ["scenario.ts", 'role: "fixed"', 'role: "fix"', /scenario\.ts:\d+: arms\.bounded\.role: "fix" is none of broken, fixed, .*; did you mean "fixed"\?/],
  "an unknown key": ["scenario.ts", "rejectedBy: [\"stays-flat\"]", "rejectBy: [\"stays-flat\"]", /scenario\.ts:\d+: arms\.bigger-box: there is no key "rejectBy"; did you mean "rejectedBy"/],
  "an id that is not the folder's": ["scenario.ts", 'id: "mistake"', 'id: "mistakes"', /scenario\.ts:\d+: id "mistakes"/],
  "a headline of no figure": ["scenario.ts", "needs: {", 'headline: { figure: "peek", failed: "f", held: "h" },\n  needs: {', /scenario\.ts:\d+: .*figure "peek"; did you mean "peak"/],
  "no limit of memory": ["compose.yml", "mem_limit: 64m\n      memswap_limit: 64m", "", /compose\.yml:\d+: client: has no memory limit/],
  "a port of the machine": ["compose.yml", "environment:", "ports: [8000:8000]\n    environment:", /compose\.yml:\d+: app: `ports`/],
  "privilege": ["compose.yml", "environment:", "privileged: true\n    environment:", /compose\.yml:\d+: app: `privileged`/],
  "a folder of the machine": ["compose.yml", "environment:", "volumes: [./:/src]\n    environment:", /compose\.yml:\d+: app: mounts .* copy it/],
  "a network that leads out": ["compose.yml", "{ internal: true }", "{}", /compose\.yml:\d+: network inside: .*internal: true/],
  "no profile": ["compose.yml", "profiles: [mistake]", "profiles: [mistaken]", /compose\.yml:\d+: no service stands under the profile "mistake"/],
  "a file that is copied and not there": ["Dockerfile", "COPY fixes/app.py", "COPY fixes/ap.py", /Dockerfile:\d+: .*fixes\/ap\.py/],
  "a function that there is not, driven": ["scenario.ts", 'phase("requests")', 'phaze("requests")', /scenario\.ts:\d+: ReferenceError: phaze is not defined/],
  "a function that there is not, judged": ["scenario.ts", 'e.load("requests") === REQUESTS', 'e.load("requests") === allOf(e)', /scenario\.ts:\d+: ReferenceError: allOf is not defined/],
  "TypeScript that is none": ["scenario.ts", "export default", "export defualt", /scenario\.ts:\d+: /],
  "YAML that is none": ["compose.yml", "services:", "services: [", /compose\.yml:\d+: /],
}; // prettier-ignore

test("what `new` writes is valid", async () => expect(await told()).toEqual([]));

test.concurrent.for(Object.entries(mistakes))("%s", async ([name, mistake]) => {
  const lines = await told(mistake, name);
  const [, , , message] = mistake;
  expect(
    lines.filter((line) => message.test(line)),
    lines.join("\n"),
  ).not.toEqual([]);
});

/** What is told of the copy after replacing some text of one of its files. */
async function told([file, from, to]: Partial<Mistake> = [], name = "none"): Promise<string[]> {
  const folder = join(home, name.replaceAll(/\W/g, "-"), "mistake");
  await mkdir(join(folder, ".."), { recursive: true });
  await cp(join(packageRoot, "template"), folder, { recursive: true });
  for (const own of ["scenario.ts", "compose.yml"]) {
    const text = await readFile(join(folder, own), "utf8");
    const named = text
      .replace("aftershock/scenario", "#scenario")
      .replaceAll("template", "mistake");
    await writeFile(join(folder, own), named);
  }
  if (file !== undefined) {
    const text = await readFile(join(folder, file), "utf8");
    expect(text).toContain(from);
    await writeFile(
      join(folder, file),
      text.replace(from!, () => to!),
    );
  }
  try {
    const scenario = await loadScenario(folder, true);
    const ask = (variables: Readonly<Record<string, string>>) =>
      resolveCompose(compose, { folder, profile: "mistake", variables });
    const arms = await examine(scenario, ask);
    const missing = await missingFor(arms.map(({ compose }) => ({ ...compose, folder })));
    return missing.map(({ message }) => message);
  } catch (error) {
    expect(error).toMatchObject({ exitCode: 65 });
    return (error as Error).message.split("\n");
  }
}
