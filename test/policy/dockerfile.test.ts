import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const files = globSync("{images,scenarios}/**/Dockerfile", { cwd: root }).map((path) => ({
  path,
  lines: readFileSync(join(root, path), "utf8")
    .replace(/\\\n/g, " ")
    .split("\n")
    .filter((line) => line.trim() !== ""),
}));

/** What a workspace's own Dockerfile begins with, as that of any fix. */
const given = (path: string) => (path.includes("/drill/workspace/") ? ["broken"] : []);

describe.each(files)("$path", ({ path, lines }) => {
  test("stands on our own bases only: nothing is pulled behind the reader's back", () => {
    const stages = new Set<string>(given(path));
    for (const line of lines) {
      const from = /^FROM\s+(?:--platform=\S+\s+)?(\S+)(?:\s+AS\s+(\S+))?/i.exec(line);
      if (!from) continue;
      const [, image = "", stage] = from;
      expect(stages.has(image) || /^aftershock\/|^scratch$/.test(image), line).toBe(true);
      if (stage) stages.add(stage);
    }
    expect(lines[0]).not.toMatch(/^#\s*syntax=/);
  });

  test("fetches packages only where the machine's CA is known, and leaves the CA out of layers", () => {
    for (const line of lines) {
      if (/^RUN\b.*\b(apt-add|pip-add|mvn|pip\d? (install|download))\b/.test(line))
        expect(line).toMatch(/--mount=type=secret,id=host_ca/);
      expect(line).not.toMatch(/^COPY .*ca-certificates\.crt/);
    }
  });

  test("runs no download that is not checked", () => {
    for (const line of lines) {
      expect(line).not.toMatch(/^ADD\s+https?:/);
      if (/\bpip\d?(\.\d)? install\b/.test(line)) expect(line).toMatch(/--require-hashes/);
      expect(line).not.toMatch(/curl[^|]*\|\s*(sh|bash|python)/);
    }
  });
});
