import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { inputsOf, stage } from "../../../harness/images/inputs.ts";
import { readRecipe } from "../../../harness/images/recipe.ts";
import type { ComposeBuild } from "../../../harness/scenario/compose-model.ts";

type Build = Partial<ComposeBuild>;

let top: string;
let folder: string;
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "inputs-"));
  folder = join(top, "scenario");
  mkdirSync(folder);
});
afterEach(() => rmSync(top, { recursive: true }));

const put = (path: string, text = path, mode = 0o644) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
  chmodSync(join(folder, path), mode);
};
const recipe = (build: Build = {}) =>
  readRecipe("aftershock/x:1", { context: folder, ...build }, "");
const hash = async (build: Build = {}, ids: Record<string, string> = {}) =>
  inputsOf(await recipe(build), new Map(Object.entries(ids)));

/** Whether `change` changes the hash. */
const seen = async (change: () => void, build: Build = {}) => {
  const before = await hash(build);
  change();
  return (await hash(build)) !== before;
};

test("what the Dockerfile copies counts, wherever it lies; what it doesn't, never does", async () => {
  put("Dockerfile", "FROM base\nCOPY server.ts app /srv/\n");
  for (const path of ["server.ts", "judge.ts", "README.md", "app/main.py"]) put(path);
  expect(await seen(() => put("server.ts", "new"))).toBe(true);
  expect(await seen(() => put("app/more.py"))).toBe(true);
  expect(await seen(() => put("judge.ts", "new"))).toBe(false);
  expect(await seen(() => put("README.md", "new"))).toBe(false);
  expect(await seen(() => put("drill/hint.md"))).toBe(false);
});

test("two targets are two images, also where the reader can't tell what each needs", async () => {
  put("Dockerfile", "FROM base AS broken\nCOPY <<END /a\nEND\nFROM broken AS fix\nRUN x\n");
  expect(await hash({ target: "broken" })).not.toBe(await hash({ target: "fix" }));
});

test("a new fix changes its own image alone", async () => {
  put(
    "Dockerfile",
    "FROM base AS broken\nFROM broken AS fix\nRUN --mount=source=fixes/a,target=/a x\n",
  );
  put("fixes/a");
  const before = [await hash({ target: "broken" }), await hash({ target: "fix" })];
  const more = "FROM broken AS mine\nRUN --mount=source=fixes/b,target=/b x\n";
  put("Dockerfile", `${readFileSync(join(folder, "Dockerfile"), "utf8")}# mine\n${more}`);
  put("fixes/b");
  expect([await hash({ target: "broken" }), await hash({ target: "fix" })]).toEqual(before);
  expect(await seen(() => put("fixes/b", "new"), { target: "mine" })).toBe(true);
});

test("modes count as git has them, links by where they lead", async () => {
  put("Dockerfile", "FROM base\nCOPY app /srv/\n");
  put("app/run", "x", 0o755);
  symlinkSync("run", join(folder, "app/link"));
  expect(await seen(() => chmodSync(join(folder, "app/run"), 0o700))).toBe(false);
  expect(await seen(() => chmodSync(join(folder, "app/run"), 0o644))).toBe(true);
  expect(
    await seen(() => {
      unlinkSync(join(folder, "app/link"));
      symlinkSync("elsewhere", join(folder, "app/link"));
    }),
  ).toBe(true);
});

test("arguments, settings and the images below count; the place of the clone does not", async () => {
  put("Dockerfile", "FROM base\nCOPY app /srv/\n");
  put("app/x");
  const plain = await hash({}, { base: "sha256:1" });
  expect(await hash({}, { base: "sha256:2" })).not.toBe(plain);
  expect(await hash({ args: { A: "1" } }, { base: "sha256:1" })).not.toBe(plain);
  expect(await hash({ network: "none" }, { base: "sha256:1" })).not.toBe(plain);
  const clone = join(top, "clone");
  cpSync(folder, clone, { recursive: true });
  expect(await hash({ context: clone }, { base: "sha256:1" })).toBe(plain);
});

test("additional contexts count, and a Dockerfile that stands in the compose file", async () => {
  const more = join(top, "more");
  mkdirSync(more);
  writeFileSync(join(more, "a"), "1");
  writeFileSync(join(more, "b"), "1");
  const build = {
    dockerfile_inline: "FROM base\nCOPY --from=more a /\n",
    additional_contexts: { more },
  };
  expect(await seen(() => writeFileSync(join(more, "a"), "2"), build)).toBe(true);
  expect(await seen(() => writeFileSync(join(more, "b"), "2"), build)).toBe(false);
});

test("what is staged is what is hashed, readable by every user of the image", async () => {
  put("Dockerfile", "FROM base\nCOPY app /srv/\n");
  put("README.md");
  put("app/deep/data", "data", 0o600);
  put("app/run", "run", 0o700);
  chmodSync(join(folder, "app/deep"), 0o700);
  symlinkSync("run", join(folder, "app/link"));
  const to = join(top, "staged");
  const mask = process.umask(0o077);
  try {
    mkdirSync(to);
    expect(await stage(await recipe(), new Map(), to)).toBe(await hash());
  } finally {
    process.umask(mask);
  }
  const mode = (path: string) => (statSync(join(to, path)).mode & 0o777).toString(8);
  expect(["0", "0/app", "0/app/deep", "0/app/deep/data", "0/app/run"].map(mode)).toEqual([
    "755",
    "755",
    "755",
    "644",
    "755",
  ]);
  expect(readlinkSync(join(to, "0/app/link"))).toBe("run");
  expect(existsSync(join(to, "0/README.md"))).toBe(false);
});

/** A context and a Dockerfile, told so that what is seen needs no Dockerfile to be read. */
const names = ["a", "b.py", "sub"] as const;
const path = fc
  .array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 })
  .map((p) => p.join("/"));
const source = fc.oneof(path, fc.constantFrom(".", "*.py", "sub/*", "*/b.py"));
const step = fc.record({ source, mount: fc.boolean() });
const stages = fc.array(
  fc.record({ on: fc.nat(9), from: fc.nat(9), steps: fc.array(step, { maxLength: 3 }) }),
  {
    minLength: 1,
    maxLength: 4,
  },
);
type Stages = typeof stages extends fc.Arbitrary<infer T> ? T : never;

const dockerfile = (list: Stages) =>
  list
    .map(({ on, from, steps }, i) => {
      const lines = steps.map(({ source, mount }) =>
        mount && !source.includes("*")
          ? `RUN --mount=type=bind,source=${source},target=/m \\\n  true`
          : `COPY ${source} /to/`,
      );
      const copied = from < i ? [`COPY --from=s${from} /to /from/`] : [];
      return [`FROM ${on < i ? `s${on}` : "base"} AS s${i}`, ...lines, ...copied].join("\n");
    })
    .join("\n\n# next\n");

function needed(list: Stages, target: number, found = new Set<number>()): Set<number> {
  if (found.has(target)) return found;
  found.add(target);
  const { on = 9, from = 9 } = list[target] ?? {};
  for (const other of [on, from]) if (other < target) needed(list, other, found);
  return found;
}

function covers(source: string, file: string): boolean {
  if (source === ".") return true;
  const parts = file.split("/");
  const fits = source.split("/").every((part, i) => {
    const name = parts[i];
    if (name === undefined) return false;
    if (part === "*") return true;
    return part === "*.py" ? name.endsWith(".py") : part === name;
  });
  return fits;
}

test("the hash changes if, and only if, the build of that target sees what was changed", async () => {
  const files = fc.uniqueArray(path, { minLength: 1, maxLength: 8 });
  const change = fc.constantFrom("edit", "remove", "executable", "closed", "link");
  await fc.assert(
    fc.asyncProperty(files, stages, fc.nat(), fc.nat(), change, async (list, told, t, f, how) => {
      rmSync(folder, { recursive: true });
      mkdirSync(folder);
      for (const file of list) {
        // A name may be a file's or a folder's; the first one wins.
        const above = file.split("/").map((_, i, parts) => parts.slice(0, i + 1).join("/"));
        const taken = above.some((each) => existsSync(join(folder, each)) && !isFolder(each));
        if (!taken && !existsSync(join(folder, file))) put(file);
      }
      const there = list.filter((file) => existsSync(join(folder, file)) && !isFolder(file));
      const target = t % told.length;
      const changed = there[f % there.length] ?? "";
      const steps = [...needed(told, target)].flatMap((i) => told[i]?.steps ?? []);
      // A plain source that is not there is refused; that is another test.
      const gone = ({ source }: { source: string }) =>
        !source.includes("*") && source !== "." && !existsSync(join(folder, source));
      fc.pre(!steps.some(gone));
      const sees = steps.some(({ source }) => covers(source, changed));
      fc.pre(!(/remove|link/.test(how) && steps.some(({ source }) => source === changed)));
      const build = { dockerfile_inline: dockerfile(told), target: `s${target}` };
      const before = await hash(build);
      const at = join(folder, changed);
      if (how === "edit") writeFileSync(at, "edited");
      if (how === "remove") unlinkSync(at);
      if (how === "executable") chmodSync(at, 0o755);
      if (how === "closed") chmodSync(at, 0o600);
      if (how === "link") {
        unlinkSync(at);
        symlinkSync("nowhere", at);
      }
      expect((await hash(build)) !== before).toBe(sees && how !== "closed");
    }),
    { numRuns: 150 },
  );
}, 120_000);

const isFolder = (file: string) => lstatSync(join(folder, file)).isDirectory();
