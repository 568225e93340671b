import { expect, it } from "vitest";
import { platformOf } from "../../../../harness/engine/embedded/platform.ts";

it("borrows the engine for Debian 12 from the release after it", () => {
  const platform = platformOf('ID=debian\nVERSION_CODENAME=bookworm\nVERSION_ID="12"\n');
  expect(platform?.borrowed).toBe("trixie");
  expect(platform?.sets.engine).toContain("docker.io/trixie");
  expect(platform?.sets.engine).toContain("iptables");
});

it("takes Debian 13's own", () => {
  expect(platformOf("ID=debian\nVERSION_CODENAME=trixie\n")?.sets.engine).toContain("docker.io");
});

it("sees Ubuntu below a derivative", () => {
  const platform = platformOf('ID=linuxmint\nVERSION_CODENAME=wilma\nUBUNTU_CODENAME="noble"\n');
  expect(platform).toMatchObject({ codename: "noble", origin: "Ubuntu" });
  expect(platform?.sets.compose).toEqual(["docker-compose-v2"]);
});

it.each(["ID=fedora\nVERSION_ID=43\n", "ID=debian\nVERSION_CODENAME=buster\n", ""])(
  "does not guess for %j",
  (text) => expect(platformOf(text)).toBeUndefined(),
);
