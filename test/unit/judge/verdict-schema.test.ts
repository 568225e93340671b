import * as z from "zod";
import { expect, test } from "vitest";
import { verdictSchema } from "../../../harness/judge/verdict-schema.ts";

test("docs/verdict.schema.json says what the harness writes (renew it with vitest -u)", async () => {
  const schema = z.toJSONSchema(verdictSchema, { target: "draft-2020-12" });
  const published = { ...schema, title: "Aftershock: verdict.json, version 1" };
  await expect(`${JSON.stringify(published, null, 2)}\n`).toMatchFileSnapshot(
    "../../../docs/verdict.schema.json",
  );
});
