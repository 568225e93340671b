import { expect, test } from "vitest";
import { hasStage, stagesOf } from "../../../harness/scenario/dockerfile.ts";

const stages = stagesOf(`# syntax and FROM comment AS none
ARG BASE=debian
FROM \${BASE}:12 AS broken
RUN <<EOF
FROM in a heredoc AS no
EOF
from --platform=linux/amd64 broken as Fast-Close
  FROM scratch
RUN echo "FROM x AS y" \\
    && true
FROM broken AS last\r
`);

test("stages by name, in their order", () =>
  expect(stages).toEqual(["broken", "fast-close", "", "last"]));

test.each([
  ["broken", true],
  ["FAST-close", true],
  ["2", true],
  ["4", false],
  ["no", false],
  ["y", false],
])("target %s: %s", (target, there) => expect(hasStage(stages, target)).toBe(there));
