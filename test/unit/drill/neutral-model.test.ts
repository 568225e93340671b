import { expect, test } from "vitest";
import { neutralModel } from "../../../harness/drill/neutral-model.ts";
import { projectFile } from "../../../harness/lifecycle/project-file.ts";
import { modelOf } from "../../support/compose-model.ts";

const model = modelOf({
  services: {
    api: {
      image: "aftershock/leaky-list:broken",
      environment: { LEAK: "on", PORT: "80" },
      networks: { "leaky-list": { aliases: ["far.example"] } },
      volumes: [
        { type: "volume", source: "leaky-data", target: "/data" },
        { type: "tmpfs", target: "/tmp" },
      ],
      "x-why": { user: "the leak needs it so" },
    },
    peer: { image: "x", network_mode: "service:api" },
  },
  networks: { "leaky-list": { name: "aftershock_leaky-list", internal: true } },
  volumes: { "leaky-data": { name: "aftershock_leaky-data" } },
});
const neutral = neutralModel(model, { without: { api: ["LEAK"] } });

test("what is brought up names neither the incident nor what causes it", () => {
  const images = { api: "sha256:1", peer: "sha256:2" };
  const file = projectFile(neutral, { name: "p", images, labels: { run: "r" } });
  expect(JSON.stringify(file)).not.toMatch(/leak/i);
});

test("networks and volumes are joined as before, under their new names", () => {
  expect(neutral.services["api"]).toMatchObject({
    environment: { PORT: "80" },
    networks: { net1: { aliases: ["far.example"] } },
    volumes: [
      { type: "volume", source: "vol1", target: "/data" },
      { type: "tmpfs", target: "/tmp" },
    ],
  });
  expect(neutral.networks).toEqual({ net1: model.networks["leaky-list"] });
  expect(neutral.services["peer"]).toMatchObject({ network_mode: "service:api" });
});
