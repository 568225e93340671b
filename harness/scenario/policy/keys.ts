import { hasOwnLabels, isSet, listOf, partOf, textsIn, type Finding, type Part } from "./fault.ts";
import { isOrdinaryUser, noNewPrivileges, oddUlimits } from "./limits.ts";
import { wordOf } from "./word.ts";

/** Keys of a service that reach nothing beyond its container. */
const free = new Set(
  (
    "attach command cpu_count cpu_percent cpu_period cpu_quota cpu_shares cpus cpuset " +
    "depends_on dns dns_opt dns_search domainname entrypoint env_file environment expose extends " +
    "healthcheck hostname image init label_file links mac_address mem_limit mem_reservation " +
    "mem_swappiness memswap_limit name pids_limit platform profiles pull_policy pull_refresh_after " +
    "read_only scale shm_size stdin_open stop_grace_period stop_signal storage_opt tmpfs tty " +
    "user working_dir"
  ).split(" "),
);

/** Keys that are judged elsewhere: limits.ts, mounts.ts, build.ts. */
const elsewhere = new Set(
  "build cap_drop configs logging restart secrets volumes volumes_from".split(" "),
);

/** Keys that no scenario may set, and why. */
const never: Readonly<Record<string, string>> = {
  annotations: "speaks to the container's runtime",
  blkio_config: "names devices of the machine",
  cgroup_parent: "leaves the place where the engine puts containers",
  container_name: "lets two runs meet: compose gives names of its own",
  cpu_rt_period: "can starve the machine",
  cpu_rt_runtime: "can starve the machine",
  credential_spec: "reads credentials of the machine",
  develop: "watches files of the machine",
  device_cgroup_rules: "opens devices of the machine",
  devices: "opens devices of the machine",
  external_links: "reaches containers of others",
  gpus: "opens devices of the machine",
  isolation: "changes how the container is held",
  models: "starts something that is no container of the scenario's",
  oom_kill_disable: "stops the machine where the container is full",
  oom_score_adj: "chooses who else is killed when memory is short",
  ports: "publishes a port of the machine: drive from inside",
  privileged: "gives the container the whole machine",
  provider: "runs a program on the machine",
  runtime: "chooses another runtime",
  sysctls: "sets the kernel's parameters",
  use_api_socket: "hands the engine itself to the container",
  userns_mode: "leaves the user namespace of the engine",
  uts: "shares the machine's name",
};

/** Harmless where nothing else is there: an author may add these, with a reason. */
const harmless = new Set(
  (
    "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID IPC_LOCK KILL LEASE NET_BIND_SERVICE NET_RAW " +
    "SETFCAP SETGID SETPCAP SETUID SYS_CHROOT"
  ).split(" "),
);

type Judge = (value: unknown, service: Part) => readonly Omit<Finding, "key">[];

const unless = (holds: boolean, rule: string, says: string) => (holds ? [] : [{ rule, says }]);

/** Keys of which some values are allowed. */
const judged: Readonly<Record<string, Judge>> = {
  cap_add: (value) =>
    listOf(value).map((one) => {
      const name = wordOf(one).toUpperCase().replace(/^CAP_/, "");
      return harmless.has(name)
        ? { rule: "cap_add", says: `adds ${name}: say in \`x-why: { cap_add: ... }\` what for` }
        : { rule: "capability", says: `adds ${name}, which no scenario may have` };
    }),
  cgroup: (value) =>
    unless(value === "private", "host", `cgroup: ${wordOf(value)} shares the machine's`),
  ipc: (value) =>
    unless(
      /^(private|shareable|none|service:.+)$/.test(wordOf(value)),
      "host",
      `ipc: ${wordOf(value)} leaves the scenario: only private, shareable, none and service:NAME`,
    ),
  pid: (value) =>
    unless(
      wordOf(value).startsWith("service:"),
      "host",
      `pid: ${wordOf(value)} leaves the scenario: only service:NAME`,
    ),
  network_mode: (value) =>
    unless(
      /^(none|service:.+)$/.test(wordOf(value)),
      "host",
      `network_mode: ${wordOf(value)} leaves the scenario: only none and service:NAME`,
    ),
  networks: (value) =>
    Object.entries(partOf(value)).flatMap(([name, settings]) =>
      Object.keys(partOf(settings))
        .filter((key) => !["aliases", "priority", "gw_priority", "interface_name"].includes(key))
        .map((key) => ({ rule: "network", says: `fixes ${key} on ${name}: take it out` })),
    ),
  security_opt: (value) =>
    listOf(value)
      .filter((one) => !noNewPrivileges.test(wordOf(one)))
      .map((one) => ({
        rule: "security_opt",
        says: `"${wordOf(one)}" loosens how containers are held`,
      })),
  extra_hosts: (value) =>
    unless(
      !textsIn(value).some((text) => /host-gateway/i.test(text)),
      "host",
      "host-gateway is the machine's own address",
    ),
  group_add: (value) =>
    unless(
      !listOf(value).some((one) => /^(0+|root|docker|disk|kmem|\d*\D.*)$/.test(wordOf(one))),
      "group_add",
      "adds a group by name, or root's: only numbers above 0",
    ),
  labels: (value) =>
    unless(!hasOwnLabels(value), "labels", "sets labels of the lab's or compose's own"),
  ulimits: (value) =>
    oddUlimits(value).map((name) => ({
      rule: "ulimits",
      says: `ulimit ${name} reaches beyond the container: take it out`,
    })),
  post_start: hooks,
  pre_stop: hooks,
  deploy: (value) => {
    const { reservations } = partOf(partOf(value)["resources"]);
    const { devices, generic_resources: generic } = partOf(reservations);
    return unless(!isSet(devices) && !isSet(generic), "devices", "reserves devices of the machine");
  },
};

function hooks(value: unknown) {
  return listOf(value).flatMap((hook) => {
    const { privileged, user } = partOf(hook);
    return [
      ...unless(!isSet(privileged), "privileged", "a privileged hook has the whole machine"),
      ...unless(
        user === undefined || user === "" || isOrdinaryUser(user),
        "user",
        "a hook may run as root: set `user` to a number above 0",
      ),
    ];
  });
}

/** What a service sets that it may not set. A key that nobody has judged is refused. */
export function keyFindings(service: Part): readonly Finding[] {
  return Object.entries(service).flatMap(([key, value]): readonly Finding[] => {
    if (!isSet(value) || key.startsWith("x-") || free.has(key) || elsewhere.has(key)) return [];
    const judge = Object.hasOwn(judged, key) ? judged[key] : undefined;
    if (judge) return judge(value, service).map((one) => ({ key, ...one }));
    const why = Object.hasOwn(never, key)
      ? `\`${key}\` ${never[key]}`
      : `\`${key}\` is a key that Aftershock does not know`;
    return [{ key, rule: key, says: `${why}; take it out` }];
  });
}
