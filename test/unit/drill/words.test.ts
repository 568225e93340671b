import { join } from "node:path";
import { expect, test } from "vitest";
import { readDrillYml } from "../../../harness/drill/load.ts";
import { drillWords } from "../../../harness/drill/words.ts";

const folder = join(import.meta.dirname, "../../../scenarios/boto-close");
const { definition } = await readDrillYml(folder);
const words = drillWords(definition!, "boto-close");

test("promises and phases are told in the user's words", () => {
  expect(words.claim({ id: "flat-1g", sentence: "A client that hangs up" })).toBe(
    definition!.claims["flat-1g"],
  );
  expect(words.claim({ id: "unheard-of", sentence: "A client that hangs up" })).toBe(
    "another promise",
  );
  expect(words.phase("hang-up-api-1g")).toBe(definition!.phases["hang-up-api-1g"]);
  expect(words.unit("B/hang-up")).toBe("B/each");
  expect(words.unit("B")).toBe("B");
});

test("names in the lab's sentences are made neutral, and what would still tell is not said", () => {
  expect(words.text("boto-close: it was never up")).toBe("the-api-that-swells: it was never up");
  expect(words.text("That may have decided pings-lost.")).toBe(
    `That may have decided ${definition!.claims["pings-lost"]}.`,
  );
  expect(words.text("after the HANG_UP it stood still")).toBeUndefined();
});
