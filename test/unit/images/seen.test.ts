import { expect, test } from "vitest";
import { readDockerfile } from "../../../harness/scenario/dockerfile.ts";
import { seenBy } from "../../../harness/images/seen.ts";

const see = (
  text: string,
  target?: string,
  contexts: readonly string[] = [],
  args: Record<string, string> = {},
) => {
  const { text: seen, images, paths } = seenBy(readDockerfile(text), target, contexts, args);
  const named = [...paths].map(([name, sources]) => [name, sources.map(({ path }) => path)]);
  return { text: seen, images, paths: Object.fromEntries(named) as Record<string, string[]> };
};

const incident = `
FROM base:1 AS runtime
COPY app/lock /
FROM runtime AS broken
COPY --chown=1:1 ./app /app/
FROM tools:1 AS tools
COPY bin /bin
FROM broken AS fix
RUN --mount=from=tools,target=/t --mount=source=fixes/fix.patch,target=/fix patch -p1 </fix
FROM broken AS other
RUN --mount=type=secret,id=host_ca --mount=type=bind,src=/fixes/other.patch,dst=/fix patch </fix
FROM scratch AS bare
COPY --from=tools /bin /bin
`;

test("the stages that a target needs, and what they take", () => {
  expect(see(incident, "fix").paths[""]).toEqual(["app/lock", "app", "bin", "fixes/fix.patch"]);
  expect(see(incident, "fix").images).toEqual(["base:1", "tools:1"]);
  expect(see(incident, "fix").text).not.toContain("other.patch");
  expect(see(incident, "other").paths[""]).toEqual(["app/lock", "app", "fixes/other.patch"]);
  expect(see(incident, "other").images).toEqual(["base:1"]);
  expect(see(incident)).toMatchObject({ images: ["tools:1"], paths: { "": ["bin"] } });
});

test("a stage by number, a list of sources, a path that leads out", () => {
  const text = 'FROM a\nCOPY ["x y", "../../z/", "/to/"]\nFROM b\nCOPY --from=0 /to /\n';
  expect(see(text)).toMatchObject({ images: ["b", "a"], paths: { "": ["x y", "z"] } });
});

test("an image may be called like a stage that comes later, or like its own", () => {
  expect(see("FROM debian AS debian\nCOPY x /\n")).toMatchObject({ images: ["debian"] });
});

test("a mount without a source is the whole context; a cache none", () => {
  expect(see("FROM a\nRUN --mount=target=/src make\n").paths).toEqual({ "": ["."] });
  expect(see("FROM a\nRUN --mount=type=cache,target=/c --network=none make\n").paths).toEqual({});
});

test("variables before the first stage are filled in, from the arguments first", () => {
  const text = "ARG TAG=1\nFROM base:${TAG}\nCOPY x /\n";
  expect(see(text).images).toEqual(["base:1"]);
  expect(see(text, undefined, [], { TAG: "2" }).images).toEqual(["base:2"]);
});

test("additional contexts go before stages and images", () => {
  const text = "FROM a AS lib\nFROM b\nCOPY --from=lib /x /y\nCOPY --from=more z /\n";
  expect(see(text, undefined, ["lib", "more"])).toMatchObject({
    images: ["b"],
    paths: { lib: ["x"], more: ["z"] },
  });
});

test.each([
  ["a variable in a source", "FROM a\nCOPY $X /\n"],
  ["a variable stage", "FROM a\nARG S\nCOPY --from=$S x /\n"],
  ["quotes", 'FROM a\nCOPY "x" /\n'],
  ["an address", "FROM a\nADD https://example.org/x /\n"],
  ["an option it doesn't know", "FROM a\nCOPY --parents x/./y /\n"],
  ["a mount it doesn't know", "FROM a\nRUN --mount=type=new x\n"],
  ["a heredoc", "FROM a\nRUN <<E\nx\nE\n"],
])("%s: everything is seen", (_, text) => {
  expect(see(text)).toMatchObject({ paths: { "": ["."] }, images: ["a"] });
  expect(see(text).text).toBe(text);
});

test("what isn't understood costs only the targets that need it", () => {
  const text = "FROM a AS odd\nCOPY $X /\nFROM a AS plain\nCOPY y /\n";
  expect(see(text, "plain").paths).toEqual({ "": ["y"] });
});
