import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { asMeant } from "../../../harness/scenario/dollars.ts";
import { fixOfPatch, readFix } from "../../../harness/scenario/fix.ts";
import { stageFix } from "../../../harness/scenario/stage-fix.ts";
import { withFix } from "../../../harness/scenario/with-fix.ts";
import { leak } from "../judge/synthetic.ts";

const scenario = {
  ...leak,
  fixable: {
    places: { app: { services: ["box"], at: "/app/" }, dns: { services: ["ns"], at: "/etc" } },
    settings: ["LIMIT"],
  },
};
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fix-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

const refused: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
  ["nothing at all", { "README.md": "" }, /it changes nothing/],
  ["a part that is none", { "ap/x.py": "" }, /"ap" is no part/],
  ["a file at its top", { "app.py": "" }, /"app.py" is no part/],
  ["a file for a place", { app: "" }, /it is no folder/],
  ["a setting that is none", { "fix.yml": "settings: { LIMITS: 1 }" }, /"LIMITS" is no setting/],
  ["a service of the lab's", { "fix.yml": "services: { client: {} }" }, /"client" is no service/],
  ["rights", { "fix.yml": "services: { box: { privileged: true } }" }, /privileged/],
  ["mounts", { "fix.yml": "services: { box: { volumes: ['/:/host'] } }" }, /volumes/],
  [
    "a host gateway",
    { "fix.yml": "services: { box: { extra_hosts: ['a:host-gateway'] } }" },
    /NAME:ADDRESS/,
  ],
  ["no YAML", { "fix.yml": "why: [" }, /fix\.yml: .* line 1, column \d+\.$/],
  ["a change of nothing", { "fix.yml": "services: { box: {} }" }, /it changes nothing/],
  [
    "a variable without a name",
    { "fix.yml": "services: { box: { environment: { '': x } } }" },
    /name/,
  ],
  ["a text with a NUL", { "fix.yml": 'settings: { LIMIT: "a\\0" }' }, /without NUL/],
  ["a list", { "fix.yml": "- why" }, /fix\.yml/],
  ["a huge file", { "fix.yml": `why: ${"x".repeat(100_000)}` }, /larger than/],
];
test.each(refused)(
  "a fix of %s is refused, with the place and the way out",
  async (_, files, what) => {
    write(files);
    await expect(readFix(folder, scenario)).rejects.toMatchObject({
      code: "FIX_INVALID",
      exitCode: 64,
      message: expect.stringMatching(what),
      hint: expect.stringMatching(/./),
    });
  },
);

test("a folder that isn't there, and a place that is a link, are refused", async () => {
  await expect(readFix(join(folder, "none"), scenario)).rejects.toThrow(/no such folder/);
  symlinkSync("/etc", join(folder, "app"));
  await expect(readFix(folder, scenario)).rejects.toThrow(/it is a link/);
});

const model = {
  services: {
    box: {
      image: "leak:broken",
      build: { context: "/leak" },
      mem_limit: "1",
      environment: { A: "1" },
    },
    ns: { image: "ns:1" },
  },
  networks: {},
  volumes: {},
  secrets: {},
  configs: {},
  text: "",
};

/** The model with the fix that was written, staged as `check` does it. */
async function laidOver() {
  const fix = await stageFix(await readFix(folder, scenario), join(folder, "staged"));
  return withFix(model, fix, "leak").services;
}

test("is laid over the broken images, and changes how services start; limits stay", async () => {
  write({
    "app/a.py": "",
    "app/lib/b.py": "",
    "app/c.patch": "",
    "dns/Dockerfile": "FROM broken",
    "fix.yml": "services: { box: { environment: { B: 2 }, command: [run] } }",
  });
  const { box, ns } = await laidOver();
  expect(box).toMatchObject({
    image: "aftershock/leak-app:yours",
    mem_limit: "1",
    environment: { A: "1", B: "2" },
    command: ["run"],
    build: { context: join(folder, "staged/app") },
  });
  expect(box!.build!.dockerfile_inline).toMatch(
    /FROM leak:broken\nUSER 0\nCOPY \["files\/","\/app\/"\]\nRUN .*patches\/0\.patch.* -d '\/app\/' -p1/,
  );
  expect(ns!.build).toMatchObject({
    context: join(folder, "dns"),
    dockerfile: "Dockerfile",
    additional_contexts: { broken: "docker-image://ns:1" },
  });
});

test("what it says of a service is meant as it stands, whatever dollars are in it", async () => {
  write({ "fix.yml": "services: { box: { environment: { A: '${HOME} $x' }, command: 'a $$' } }" });
  const { box } = await laidOver();
  expect(asMeant(box)).toMatchObject({ environment: { A: "${HOME} $x" }, command: "a $$" });
});

test("names of its files are no patterns and no rules of a build", async () => {
  const names = ["[slug]/page.js", "*", "a$b.py", ".dockerignore", "c d.patch", "b,c.patch"];
  write(Object.fromEntries(names.map((name) => [`app/${name}`, name])));
  symlinkSync("/etc/passwd", join(folder, "app/link"));
  const { box } = await laidOver();
  const at = (path: string) => join(folder, "staged/app", path);
  expect(readdirSync(at("files")).toSorted()).toEqual([
    "*",
    ".dockerignore",
    "[slug]",
    "a$b.py",
    "link",
  ]);
  expect(readlinkSync(at("files/link"))).toBe("/etc/passwd");
  expect(readFileSync(at("patches/0.patch"), "utf8")).toBe("b,c.patch");
  expect(readFileSync(at("patches/1.patch"), "utf8")).toBe("c d.patch");
  for (const name of names) expect(box!.build!.dockerfile_inline).not.toContain(name);
});

test("what is no file, folder or link, and what is too much, is refused before it is copied", async () => {
  write({ "app/a.py": "" });
  execFileSync("mkfifo", [join(folder, "app/pipe")]);
  await expect(laidOver()).rejects.toThrow(/app\/pipe: it is neither file, folder nor link/);
  rmSync(join(folder, "app/pipe"));
  truncateSync(join(folder, "app/a.py"), 2 ** 40);
  await expect(laidOver()).rejects.toThrow(/it holds too much for a fix/);
});

test("a patch or a Dockerfile that leads elsewhere is refused", async () => {
  for (const name of ["x.patch", "Dockerfile"]) {
    mkdirSync(join(folder, "app"));
    symlinkSync("/etc/passwd", join(folder, "app", name));
    await expect(laidOver()).rejects.toThrow(/it is no ordinary file/);
    rmSync(join(folder, "app"), { recursive: true });
  }
});

test("a place may be the whole image", async () => {
  write({ "app/c.patch": "", "app/a.py": "" });
  const fix = await readFix(folder, scenario);
  const whole = { ...fix, places: fix.places.map((place) => ({ ...place, at: "/" })) };
  const { box } = withFix(model, whole, "leak").services;
  expect(box!.build!.dockerfile_inline).toMatch(/COPY \["files\/","\/"\]\nRUN .* -d '\/' -p1/);
});

test("a patch says which place it is of, where there are several", async () => {
  write({ "my.patch": "" });
  const file = join(folder, "my.patch");
  await expect(fixOfPatch(file, scenario, folder)).rejects.toThrow(/which part/);
  for (const odd of ["...patch", ".x", "a:b.patch"]) {
    write({ [odd]: "" });
    const { name } = await readFix(
      await fixOfPatch(`dns:${join(folder, odd)}`, scenario, folder),
      scenario,
    );
    expect(name).toMatch(/^(patch|x|a:b)$/);
  }
  const made = await fixOfPatch(`dns:${file}`, scenario, folder);
  expect(await readFix(made, scenario)).toMatchObject({
    name: "my",
    places: [{ name: "dns", patches: ["fix.patch"] }],
  });
});
