import { expect, test } from "vitest";
import { contextKind } from "../../../harness/scenario/context-kind.ts";

test.each([
  ["/repo/scenarios/x", "folder"],
  ["../images/a", "folder"],
  ["/odd/github.com/x", "folder"],
  ["/odd/service:x", "folder"],
  ["docker-image://debian:bookworm", "image"],
  ["service:api", "image"],
  ["target:base", "image"],
  ["https://example.org/x.tar.gz", "fetched"],
  ["HTTPS://example.org/x.git", "fetched"],
  ["git+ssh://example.org/x", "fetched"],
  ["git@example.org:x.git", "fetched"],
  ["github.com/owner/name", "fetched"],
] as const)("%s: %s", (context, kind) => expect(contextKind(context)).toBe(kind));
