import type { ComposeModel } from "../../harness/scenario/compose-model.ts";

/** Compose's answer from its parts, as `compose config` would have printed it. */
export function modelOf(compose: Readonly<Record<string, unknown>>): ComposeModel {
  const { services = {}, networks = {}, volumes = {}, secrets = {}, configs = {} } = compose;
  const text = JSON.stringify(compose); // which is YAML
  return { folder: "/repo/x", services, networks, volumes, secrets, configs, text } as ComposeModel;
}

/** A service with all of the envelope, as compose's answer has it; it lacks an image and networks. */
export const envelope = {
  init: true,
  read_only: true,
  user: "1000:1000",
  cap_drop: ["ALL"],
  security_opt: ["no-new-privileges:true"],
  pids_limit: 128,
  cpus: 1,
  mem_limit: "134217728",
  memswap_limit: "134217728",
  logging: { driver: "json-file", options: { "max-size": "5m", "max-file": "2" } },
} as const;
