import { expect, test } from "vitest";
import { wantedBy } from "../../../harness/images/wanted.ts";
import { asMeant, asWritten } from "../../../harness/scenario/dollars.ts";
import type { ComposeModel } from "../../../harness/scenario/compose-model.ts";

const wanted = (services: ComposeModel["services"]) =>
  wantedBy({ folder: "/s/leaky", services, secrets: {} });

test("a service without an image's name gets one of its scenario's", () => {
  expect(wanted({ api: { build: { context: "/s/leaky" } } })).toEqual([
    {
      service: "api",
      name: "aftershock/leaky-api",
      build: { context: "/s/leaky" },
      place: "/s/leaky/compose.yml, service api",
    },
  ]);
});

test("an image that another service builds is not pulled", () => {
  const build = { context: "/s/leaky", target: "old" };
  const [first, second, third] = wanted({
    first: { image: "aftershock/leaky:old" },
    second: { image: "aftershock/leaky:old", build },
    third: { image: "postgres:16" },
  });
  expect(first?.build).toEqual(build);
  expect(second?.build).toEqual(build);
  expect(third).not.toHaveProperty("build");
});

test("another service as a context is its image", () => {
  const [api] = wanted({
    api: {
      image: "api:1",
      build: { context: ".", additional_contexts: { base: "service:base", files: "/s/files" } },
    },
    base: { build: { context: "." } },
  });
  expect(api?.build?.additional_contexts).toEqual({
    base: "docker-image://aftershock/leaky-base",
    files: "/s/files",
  });
});

test("compose's doubled dollars are read as they are meant, and written so that compose reads them", () => {
  const [api] = wanted({
    api: { image: "api:1", build: { context: "/s/a$$b", args: { PRICE: "5$$" } } },
  });
  expect(api?.build).toEqual({ context: "/s/a$b", args: { PRICE: "5$" } });
  const value = { a: ["$1", "$$", "${X}"], b: 1, c: null };
  expect(asMeant(asWritten(value))).toEqual(value);
  expect(asWritten("${X}")).toBe("$${X}");
});

test("an image of the lab's own is built by its name, wherever the scenario is", () => {
  const [client, newer] = wanted({
    client: { image: "aftershock/http:1" },
    newer: { image: "aftershock/http:2" },
  });
  expect(client?.build?.context).toMatch(/images[/\\]http$/);
  expect(newer).not.toHaveProperty("build");
});
