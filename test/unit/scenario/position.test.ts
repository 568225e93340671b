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
