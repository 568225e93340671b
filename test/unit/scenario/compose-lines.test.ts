import { expect, test } from "vitest";
import { composeLines } from "../../../harness/scenario/compose-lines.ts";

const text = `# a comment
x-all: &all
  privileged: true
services:
  api: &api
    <<: *all
    "pid": host
    ports: ["80"]
  box:
    <<: *api
    cap_add:
      - ALL
  same: *api
networks: { out: { internal: false } }
`;

test.each<[number, readonly string[]]>([
  [7, ["services", "api", "pid"]],
  [8, ["services", "api", "ports"]],
  [11, ["services", "box", "cap_add"]],
  [5, ["services", "api", "privileged"]], // by an anchor: the service's line
  [9, ["services", "box", "pid"]],
  [13, ["services", "same", "ports"]],
  [4, ["services", "included", "ports"]],
  [14, ["networks", "out", "internal"]],
  [1, ["models"]],
])("line %i: %j", (line, path) => expect(composeLines(text)(path)).toBe(line));

test.each(["", "- a list", "services: [", "a: &a [*a, *a]\nb: *c"])(
  "%j has lines all the same",
  (odd) => expect(composeLines(odd)(["services", "x"])).toBeGreaterThan(0),
);
