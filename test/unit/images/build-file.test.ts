import { expect, test } from "vitest";
import { buildFile, exactly, exactName } from "../../../harness/images/build-file.ts";
import { readRecipe } from "../../../harness/images/recipe.ts";

const inputs = "0123456789abcdef".repeat(4);

test("the exact name holds the hash; a port is no tag", () => {
  expect(exactName("aftershock/api:broken", inputs)).toBe("aftershock/api:0123456789ab");
  expect(exactName("localhost:5000/api", inputs)).toBe("localhost:5000/api:0123456789ab");
});

test("names of ours are made exact wherever they stand alone", () => {
  const exact = new Map([["base:1", "base:abc"]]);
  const text =
    "FROM base:1 AS base\nCOPY --from=base:1 /a /b\nRUN --mount=from=base:1,target=/x y\nFROM base:12\nFROM my/base:1\nFROM base:1-slim\n";
  expect(exactly(text, exact)).toBe(
    "FROM base:abc AS base\nCOPY --from=base:abc /a /b\nRUN --mount=from=base:abc,target=/x y\nFROM base:12\nFROM my/base:1\nFROM base:1-slim\n",
  );
});

test("the builder is given the staged copy, the hash and the machine's CA, and values as they are", async () => {
  const build = {
    context: import.meta.dirname,
    dockerfile_inline: "FROM a\n",
    target: "",
    args: { PRICE: "5$" },
    labels: { mine: "1" },
    secrets: [{ source: "host_ca" }, { source: "token" }],
    network: "none",
  };
  const recipe = await readRecipe("aftershock/api:broken", build, "");
  const secrets = { token: { file: "/t" } };
  const order = { recipe, ids: new Map(), exact: new Map(), inputs, secrets };
  expect(buildFile(order, "/staged", { HTTPS_PROXY: "http://p" })).toMatchObject({
    services: {
      image: {
        image: "aftershock/api:0123456789ab",
        build: {
          context: "/staged/0",
          dockerfile: "/staged/Dockerfile",
          args: { PRICE: "5$$", HTTPS_PROXY: "http://p" },
          labels: { mine: "1", "aftershock.inputs": inputs },
          secrets: [{ source: "token" }, "host_ca"],
          network: "none",
        },
      },
    },
    secrets: { token: { file: "/t" }, host_ca: { file: expect.any(String) } },
  });
});
