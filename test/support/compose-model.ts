import type { ComposeModel } from "../../harness/scenario/compose-model.ts";

/** Compose's answer from its parts, as `compose config` would have printed it. */
export function modelOf(compose: Readonly<Record<string, unknown>>): ComposeModel {
  const { services = {}, networks = {}, volumes = {}, secrets = {}, configs = {} } = compose;
  const text = JSON.stringify(compose); // which is YAML
  return { folder: "/repo/x", services, networks, volumes, secrets, configs, text } as ComposeModel;
}
