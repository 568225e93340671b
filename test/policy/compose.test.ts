import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";

// The incident stays inside: every service of every scenario lives in the envelope. A service
// that needs an exception says why, in the compose file itself, under `x-why`.

interface Service {
  readonly [key: string]: unknown;
  readonly extends?: { readonly file: string; readonly service: string };
  readonly "x-why"?: Readonly<Record<string, string>>;
}

const root = resolve(import.meta.dirname, "../..");
const files = [
  ...readdirSync(join(root, "scenarios"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(root, "scenarios", entry.name, "compose.yml")),
];

/** With every variable's default. */
const filled = (text: string) => text.replace(/\$\{\w+:-([^}]*)\}/g, "$1");

const read = (path: string) =>
  parse(filled(readFileSync(path, "utf8")), { merge: true }) as {
    services: Record<string, Service>;
    networks?: Record<string, Record<string, unknown> | null>;
    volumes?: Record<string, unknown>;
  };

/** The service with what it extends filled in, as compose merges scalars. */
function resolved(path: string, service: Service): Service {
  if (!service.extends) return service;
  const from = join(dirname(path), service.extends.file);
  const base = read(from).services[service.extends.service];
  return { ...(base ? resolved(from, base) : {}), ...service };
}

const all = files.flatMap((path) =>
  Object.entries(read(path).services).map(([name, service]) => ({
    scenario: dirname(path).split("/").at(-1) ?? "",
    name,
    service: resolved(path, service),
  })),
);

/** Fails unless the rule holds or the service says why not. */
function must(service: Service, rule: string, holds: boolean) {
  const excuse = service["x-why"]?.[rule];
  if (!holds && (excuse ?? "").length < 10)
    expect.fail(`${rule} does not hold, and x-why.${rule} gives no reason`);
}

describe.each(all)("$scenario: $name", ({ scenario, service }) => {
  test("has hard limits, without swap", () => {
    expect(service["mem_limit"]).toMatch(/^\d+(\.\d+)?[mg]$/);
    expect(service["memswap_limit"]).toBe(service["mem_limit"]);
    expect(Number(service["pids_limit"])).toBeGreaterThan(0);
    expect(Number(service["cpus"])).toBeGreaterThan(0);
    expect(service["logging"]).toMatchObject({ options: { "max-size": expect.any(String) } });
  });

  test("has no privilege beyond its need", () => {
    expect(service["cap_drop"]).toEqual(["ALL"]);
    expect(service["security_opt"]).toContain("no-new-privileges:true");
    expect(service).not.toHaveProperty("privileged");
    must(service, "cap_add", service["cap_add"] === undefined);
    must(service, "read_only", service["read_only"] === true);
    must(service, "init", service["init"] === true);
    must(service, "user", /^[1-9]\d*(:\d+)?$/.test(String(service["user"] ?? "")));
    must(service, "restart", service["restart"] === "no");
  });

  test("touches nothing of the host", () => {
    for (const key of ["ports", "container_name", "devices", "ipc", "userns_mode"])
      expect(service).not.toHaveProperty(key);
    expect(String(service["network_mode"] ?? "none")).toMatch(/^(none$|service:)/);
    expect(String(service["pid"] ?? "service:")).toMatch(/^service:/);
    const mounts = (service["volumes"] ?? []) as (string | { type: string })[];
    for (const mount of mounts) {
      if (typeof mount === "string") expect(mount).not.toMatch(/^[./~$]/);
      else expect(mount.type).not.toBe("bind");
    }
  });

  test("stands under its scenario's profile and runs an image of ours", () => {
    expect(service["profiles"]).toEqual([scenario]);
    expect(service["image"]).toMatch(/^aftershock\//);
  });
});

test.each(files)("%s: its networks have no way out and no fixed addresses", (path) => {
  const { networks = {} } = read(path);
  expect(Object.keys(networks).length).toBeGreaterThan(0);
  for (const network of Object.values(networks)) {
    expect(network).toMatchObject({ internal: true });
    expect(network).not.toHaveProperty("ipam");
    expect(network).not.toHaveProperty("name");
  }
});

test("names are unique across scenarios, so that one file can include them all", () => {
  for (const kind of ["services", "networks", "volumes"] as const) {
    const names = files.flatMap((path) => Object.keys(read(path)[kind] ?? {}));
    expect(names.length, names.toSorted().join(" ")).toBe(new Set(names).size);
  }
});

test("the root docker-compose.yml includes every scenario", () => {
  const { include } = parse(readFileSync(join(root, "docker-compose.yml"), "utf8")) as {
    include: string[];
  };
  expect(include.map((path) => join(root, path)).toSorted()).toEqual(files.toSorted());
});
