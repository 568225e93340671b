import { expect, it } from "vitest";
import { cacheFolder } from "../../harness/cache.ts";

it.each([
  [{ XDG_CACHE_HOME: "/x", HOME: "/home/a" }, "/x/aftershock"],
  [{ XDG_CACHE_HOME: "relative", HOME: "/home/a" }, "/home/a/.cache/aftershock"],
  [{ HOME: "/home/a" }, "/home/a/.cache/aftershock"],
])("is where the XDG rules put it: %o", (env, folder) => {
  expect(cacheFolder(env)).toBe(folder);
});
