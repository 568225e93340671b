import { expect, test } from "vitest";
import { lineOf } from "../../../harness/scenario/position.ts";

const source = `import { x } from "y";
// arms: { broken: "in a comment" }
const shared = { role: "control", rejectedBy: ["flat"] };
export default defineScenario({
  id: "one", title: "says arms: { broken }",
  arms: {
    broken: { role: "broken" },
    "big-box": {
      ...shared,
      upholds: ["rises", "rises-more"], // "steady"
    },
    odd: { role: "control", rejectedBy: ["steady"] },
  },
  ready: [
    { service: "a", command: ["echo", "}, {"] },
    { service: \`b\`,
      command: ["x"] },
    { service: "c", command: ["z"] },
  ],
  async drive({ exec }) {
    if (x) { exec("a", ["ready: ["]); }
  },
  judge,
});
`;

test.each<[number, readonly PropertyKey[], string?]>([
  [5, ["id"]],
  [5, ["title"]],
  [7, ["arms", "broken", "role"]],
  [8, ["arms", "big-box"]],
  [10, ["arms", "big-box", "upholds", 1], "rises-more"],
  [12, ["arms", "odd", "rejectedBy", 0], "steady"],
  [15, ["ready", 0, "service"]],
  [16, ["ready", 1, "service"], "b"],
  [17, ["ready", 1, "command", 0]],
  [18, ["ready", 2, "service"], "c"],
  [20, ["drive"]],
  [23, ["judge", "fixed"]],
  // what stands elsewhere is found by the word itself, else by what holds it
  [3, ["arms", "big-box", "rejectedBy", 0], "flat"],
  [8, ["arms", "big-box", "rejectedBy", 0], "nowhere"],
  [4, ["nothing", "like", "it"]],
])("line %i: %j %s", (line, path, word) => expect(lineOf(source, path, word)).toBe(line));

test.each([
  "",
  "export default",
  "export default {",
  "export default [,,)]",
  "export default {a:{",
])("%j has an end", (text) => expect(lineOf(text, ["a", "b", 3])).toBe(1));

test.each([
  ["a text of twelve megabytes", `const a = "${"x".repeat(12e6)}";`],
  ["twelve megabytes of spaces", " ".repeat(12e6)],
  ["a million comments", "/* a */ // b\n".repeat(1e6)],
  ["quotes that nothing closes", `if (/"${'\\\\"'.repeat(1e6)}/.test(a)) b();`],
  ["a comment that nothing ends", "if (/[/*]/.test(a)) b();"],
])("%s on the way is stepped over", (_, code) => {
  const began = performance.now();
  const text = `export default {\n  drive() { ${code} },\n  plots: 1 }`;
  expect(lineOf(text, ["plots"])).toBeGreaterThan(0);
  expect(performance.now() - began).toBeLessThan(5000);
});

test.each([
  `const a = "${"x".repeat(12e6)}";`,
  "if (/[\"'`]/.test(a)) b();",
  'if (/"/.test(a)) { b(); }',
  "const a = 'it\\'s'; const b = \"\\\\\";",
  "const a = 4 / 2; const b = a /* half } */ / 2;",
])("what stands behind it is found: %.60s", (code) =>
  expect(lineOf(`export default {\n  drive() { ${code} },\n  plots: 1 }`, ["plots"])).toBe(3),
);
