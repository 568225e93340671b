import { describe, expect, test } from "vitest";
import { readDockerfile, stageOf } from "../../../harness/scenario/dockerfile.ts";

const sure = (text: string) => readDockerfile(text).sure;

test("comments and continuations are no part of an instruction", () => {
  const { stages } = readDockerfile(
    "FROM a AS One\n# why\nRUN x \\\n  # between\n\n  y\nCOPY --from=b --chmod=755 c d /e\n",
  );
  const [first] = stages;
  expect(first).toMatchObject({ name: "one", base: "a" });
  expect(first?.instructions.map(({ text }) => text)).toEqual([
    "FROM a AS One",
    "RUN x   y",
    "COPY --from=b --chmod=755 c d /e",
  ]);
  expect(first?.instructions.at(-1)).toMatchObject({
    flags: ["--from=b", "--chmod=755"],
    rest: "c d /e",
    line: 7,
  });
});

test("a stage is found by name in any case, by number, or as the last", () => {
  const file = readDockerfile("FROM a AS one\nFROM b AS Two\nFROM c\n");
  expect(stageOf(file, "ONE")?.base).toBe("a");
  expect(stageOf(file, "1")?.base).toBe("b");
  expect(stageOf(file, undefined)?.base).toBe("c");
  expect(stageOf(file, "three")).toBeUndefined();
});

test.each([
  ["a heredoc", "FROM a\nRUN <<EOF\nx\nEOF\n"],
  ["a copied heredoc", "FROM a\nCOPY <<x /y\nx\n"],
  ["another frontend", "# syntax=docker/dockerfile:1\nFROM a\n"],
  ["another escape character", "# a comment\n# escape=`\nFROM a\n"],
  ["what acts later", "FROM a\nONBUILD COPY . /x\n"],
  ["an unknown instruction", "FROM a\nINCLUDE b\n"],
  ["something before the first stage", "RUN x\nFROM a\n"],
])("%s makes it unsure", (_, text) => expect(sure(text)).toBe(false));

test("plain redirections, CRLF and a byte order mark don't", () => {
  expect(sure("\uFEFFARG X=1\r\nFROM a\r\nRUN x </dev/null \\\r\n  && y\r\n")).toBe(true);
  expect(readDockerfile("FROM a\r\nRUN x \\\r\n  && y\r\n").stages[0]?.instructions).toHaveLength(
    2,
  );
});

describe("stages are those that the builder sees", () => {
  test.each<[string, string, readonly (string | undefined)[]]>([
    [
      "comments, options and no name",
      "#FROM a AS b\nfrom --platform=x a as Fast\nFROM c",
      ["fast", undefined],
    ],
    ["a name on the next line", "FROM broken \\\n AS bounded\n", ["bounded"]],
    ["a line of a command", "FROM a AS b\nRUN x \\\nFROM a AS no\n", ["b"]],
    ["a backslash that stands for itself", "FROM a AS b\nRUN x\\\\\nFROM a AS c\n", ["b", "c"]],
    ["another escape character", "# escape=`\nFROM a `\n AS b\nRUN x\\\nFROM a AS c\n", ["b", "c"]],
    ["another one after a syntax", "# syntax=x\n#escape = `\nFROM a `\n AS b", ["b"]],
    ["one that is a comment only", "# why\n# escape=`\nFROM a AS b`\nFROM a AS c", ["b`", "c"]],
    ["a heredoc", "FROM a AS b\nRUN <<EOF cat\nFROM a AS no\nEOF\nFROM a AS c", ["b", "c"]],
    ["two heredocs", "FROM a AS b\nCOPY <<'x' <<-y /\nx\n\ty\nFROM a AS c", ["b", "c"]],
    ["what is no heredoc", 'FROM a AS b\nRUN echo "x <<y" << z\nFROM a AS c', ["b", "c"]],
  ])("%s", (_, text, names) =>
    expect(readDockerfile(text).stages.map(({ name }) => name)).toEqual(names),
  );

  test.each(["-5", "4", "1.0", "no"])("there is no stage %s", (target) =>
    expect(stageOf(readDockerfile("FROM a\nFROM b\nFROM c\n"), target)).toBeUndefined(),
  );
});
