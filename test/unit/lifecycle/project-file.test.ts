import { execa } from "execa";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { composeWithoutEngine } from "../../../harness/engine/compose.ts";
import { projectFile } from "../../../harness/lifecycle/project-file.ts";
import { silent } from "../../../harness/progress.ts";
import {
  resolveCompose,
  type ComposeModel,
  type ComposeService,
} from "../../../harness/scenario/compose-model.ts";
import { loadScenarios } from "../../../harness/scenario/load.ts";

const model = (services: Readonly<Record<string, ComposeService>>): ComposeModel => ({
  services,
  networks: { default: { name: "aftershock_default", internal: true }, far: { external: true } },
  volumes: { data: { name: "fixed", labels: { theirs: "1" } } },
  secrets: {},
  configs: {},
  text: "",
});
const labels = { "aftershock.run": "r1" };
const fileOf = (service: ComposeService, images: Readonly<Record<string, string>> = {}) =>
  projectFile(model({ api: service }), { name: "p1", images, labels }) as {
    services: { api: ComposeService };
    networks: object;
    volumes: object;
  };

test("services start from their image's id, and are never built or pulled", () => {
  const service = { image: "x:broken", build: { context: "/c" }, profiles: ["it"], scale: 3 };
  const { api } = fileOf(service, { api: "sha256:1" }).services;
  expect(api).toMatchObject({ image: "sha256:1", pull_policy: "never", scale: 3, labels });
  expect(api).not.toHaveProperty("build");
  expect(api).not.toHaveProperty("profiles");
});

test("all that is created has our labels and a name of this project's; what isn't ours stays", () => {
  const { networks, volumes } = fileOf({ image: "x" });
  expect(networks).toEqual({
    default: {
      name: "p1_default",
      internal: true,
      labels,
      driver_opts: { "com.docker.network.bridge.inhibit_ipv4": "true" },
    },
    far: { external: true },
  });
  expect(volumes).toEqual({ data: { name: "p1_data", labels: { theirs: "1", ...labels } } });
});

test("the machine's proxies are emptied in every container, unless the scenario sets its own", () => {
  expect(fileOf({ image: "x" }).services.api.environment).toMatchObject({
    HTTP_PROXY: "",
    https_proxy: "",
    ALL_PROXY: "",
    no_proxy: "",
    ftp_proxy: "",
  });
  const own = { HTTP_PROXY: "http://squid:3128", A: "1" };
  const { environment } = fileOf({ image: "x", environment: own }).services.api;
  expect(environment).toMatchObject({ ...own, https_proxy: "" });
  expect(environment).not.toHaveProperty("http_proxy");
});

test("compose reads of the file what it had resolved, our scenarios' every word", async () => {
  const { command, env } = await composeWithoutEngine({ progress: silent });
  const [program = "", ...prefix] = command;
  for (const { definition, folder } of await loadScenarios()) {
    const request = { folder, profile: definition.id, variables: { ARM: "broken" } };
    const resolved = await resolveCompose({ command, env }, request);
    const file = projectFile(resolved, { name: "p1", images: {}, labels });
    const { stdout } = await execa(program, [...prefix, "--file", "-", "config"], {
      ...{ env, extendEnv: false },
      input: JSON.stringify(file),
    });
    const again = parse(stdout) as ComposeModel;
    expect(Object.keys(again.services)).toEqual(Object.keys(resolved.services));
    for (const [name, service] of Object.entries(resolved.services)) {
      const { build: _, profiles: __, environment, ...rest } = service;
      expect(again.services[name]).toMatchObject({ ...rest, labels });
      expect(again.services[name]!.environment).toMatchObject(environment ?? {});
    }
    for (const network of Object.values(again.networks))
      expect(network).toMatchObject({ internal: true, labels });
  }
});
