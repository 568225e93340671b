import { expect, it } from "vitest";
import {
  parseRepositories,
  parseUris,
  said,
  sourcesList,
} from "../../../../harness/engine/embedded/apt.ts";
import { platformOf } from "../../../../harness/engine/embedded/platform.ts";

const hash = `SHA256:${"0f".repeat(32)}`;
const mirror = "http://mirror.example/debian/";
const listed = parseRepositories(`Debian|bookworm|bookworm|main|${mirror}
Debian|bookworm-updates|bookworm-updates|main|${mirror}
Somebody|bookworm|bookworm|main|http://elsewhere.example/apt
`);
const bookworm = platformOf("VERSION_CODENAME=bookworm");
if (!bookworm) throw new Error("Debian 12 is not supported.");

it("reads what apt would download", () => {
  const text = `Reading package lists...
'${mirror}pool/d/docker.io_26%2b1_amd64.deb' docker.io_26+1_amd64.deb 230 ${hash}
`;
  expect(parseUris(text)).toEqual([
    { uri: `${mirror}pool/d/docker.io_26%2b1_amd64.deb`, file: "docker.io_26+1_amd64.deb", hash },
  ]);
});

it.each([
  ["without a strong hash", `'${mirror}a.deb' a.deb 230 MD5Sum:${"0".repeat(32)}`],
  ["whose name leads out of the folder", `'${mirror}a.deb' ../a.deb 230 ${hash}`],
])("refuses a package %s", (_what, line) => {
  expect(() => parseUris(`${line}\n`)).toThrow(/no checkable package/);
});

it("uses the distribution's own repositories only, and the later release beside them", () => {
  const lines = sourcesList(listed, { ...bookworm, keyring: "/none" })
    .trim()
    .split("\n");
  expect(lines).toEqual([
    `deb ${mirror} bookworm main`,
    `deb ${mirror} bookworm-updates main`,
    `deb ${mirror} trixie main`,
  ]);
});

it("says so where there is no mirror", () => {
  expect(() => sourcesList([], bookworm)).toThrow(/no Debian mirror for bookworm/);
});

it("tells apt's errors, each once, and not its whole trace", () => {
  const noise = Array.from({ length: 40 }, (_, i) => `Ign:${i} ${mirror} bookworm InRelease`);
  const error = "E: Failed to fetch a.deb  Connection timed out [IP: 10.0.0.1 80]";
  expect(said([...noise, error, error].join("\n"))).toBe(error);
  expect(said("something else\n")).toBe("something else");
});
