import { defineScenario } from "../../harness/scenario/index.ts";
import { drive } from "./drive.ts";
import { judge } from "./judge.ts";

const slow = { cpus: 0.08, seconds: 70 } as const; // waits most of the time
/** That the check would have stopped them too is in doubt where a machine is busy for 5 s. */
const wrong = { role: "control", rejectedBy: ["start", "update", "stop"] } as const;
const sound = ["start", "update", "stop", "accepted", "later-uptime", "stays-right"] as const;
const noFault = {
  role: "control",
  kind: "no fault",
  rejectedBy: ["start-late", "update-late", "stop-late", "deployment-stopped"],
  upholds: sound,
} as const;
/** The old eventlet sends nothing astray, wherever it runs; the new one does everywhere. */
const silent = { rejectedBy: [...noFault.rejectedBy, "forwarded"] } as const;
/** The other name servers: who does not know a name says so at once. */
const simulation = { SIMULATION: "1", UPSTREAM_DNS: "upstream-dns" } as const;

export default defineScenario({
  id: "eventlet-drift",
  title: "The version nobody chose",
  story: `A monitoring platform with an emergency stop is released anew after quiet months, from a
requirements.txt that pins nothing. It starts slowly, without an error; next morning changes take a
minute to show. Nowhere but on the production VMs. Of all that pip had changed, it was eventlet.`,
  headline: {
    figure: "start",
    failed: "A new release waits for its configuration",
    held: "eventlet pinned to 0.20.0: read at once",
    watched: "a change has waited",
  },
  source: {
    document: "The Case for Pinning Versions of Docker Dependencies",
    publisher: "T.J. O'Hearn's blog",
    published: "2018-03-01",
  },
  scaled: [
    {
      what: "time between the two releases",
      then: "several months",
      here: "three weeks (20 December 2016, 10 January 2017)",
      why: "the shortest stretch around the release of eventlet 0.20.1",
      holds: "six packages change, eventlet among them; more weeks only add suspects",
    },
    {
      what: "why production is different",
      then: "never found out",
      here: "a DNS that stays silent about names outside its zone",
      why: "an experiment needs a cause; this one gives all that the story tells",
      holds:
        "it needs both, this eventlet and this DNS: two by two, and with eventlet alone swapped",
    },
    {
      what: "the fleet",
      then: "almost every application of a firm, several monitors",
      here: "one host with three applications, one monitor",
      why: "one lookup is enough to be late",
      holds: "the delay is a constant of the library, whatever the number of applications",
    },
  ],
  needs: { memory: "128 MiB", cpus: 0.15, seconds: 60, limitSeconds: 420 },
  arms: {
    broken: { role: "broken", needs: slow, why: "the new image, in production" },
    "only-eventlet": {
      role: "broken",
      needs: slow,
      why: "the old image with eventlet 0.20.1 and nothing else: the fault moves in",
    },
    pinned: { role: "fixed", why: "the new image with eventlet 0.20.0: the story's own fix" },
    "pinned-0-19": { role: "fixed", why: "any pin to a version that was tried: 0.19.0" },
    "one-file": {
      role: "fixed",
      why: "the new image with support/greendns.py of 0.20.0 and nothing else",
    },
    "full-names": {
      role: "fixed",
      target: "broken",
      env: {
        HOST_SUFFIX: ".mon.example.internal",
        CONFIG_URL: "http://config.mon.example.internal:8080/applications",
      },
      why: "hosts stand in the configuration with their domain",
    },
    "domain-needed": {
      role: "fixed",
      target: "broken",
      env: { DNS_OPTIONS: "--domain-needed" },
      why: "the company's DNS answers for names without a domain itself",
    },
    "system-resolver": {
      role: "fixed",
      target: "upgrade-0-33-3",
      env: { EVENTLET_NO_GREENDNS: "yes" },
      why: "eventlet 0.33.3 told to leave lookups to the system",
    },
    "vm-resolver": {
      role: "fixed",
      target: "broken",
      env: { VM_DNSMASQ: "--domain-needed" },
      why: "the VM has a resolver of its own, which answers for names without a domain itself",
    },
    "no-uptime": {
      ...wrong,
      rejectedBy: ["later-new", "later-uptime"],
      upholds: ["start", "update", "stop", "accepted", "later-change", "later-stop"],
      why: "the pin, and nothing but the configuration is collected any more",
    },
    "hosts-file": {
      ...wrong,
      target: "broken",
      env: { VM_HOSTS: "config=config app01=app01" },
      needs: slow,
      why: "the names stand in the VM's /etc/hosts; 0.20.1 reads it after the name servers",
    },
    "longer-timeout": {
      ...wrong,
      target: "broken",
      env: { POLL_TIMEOUT: "120" },
      needs: slow,
      why: "it looks like a slow network: give it more time",
    },
    "more-threads": {
      ...wrong,
      rejectedBy: ["start", "stop"],
      target: "broken",
      env: { WORKERS: "32" },
      needs: slow,
      why: "it looks like a jam: collect with more green threads",
    },
    "upgrade-0-33-3": { ...wrong, needs: slow, why: "the last eventlet for Python 2.7" },
    "upgrade-latest": {
      ...wrong,
      rejectedBy: ["update"],
      needs: { cpus: 0.3, seconds: 22 },
      why: "Python 3.9 and the newest of everything: 11 s instead of 60",
    },
    "no-greendns": {
      ...wrong,
      target: "broken",
      env: { EVENTLET_NO_GREENDNS: "yes" },
      needs: slow,
      why: "the documented switch to the system's resolver; 0.20.1 ignores it",
    },
    "new-in-simulation": {
      ...noFault,
      upholds: [...sound, "forwarded"],
      target: "broken",
      env: simulation,
      why: "another DNS",
    },
    "old-in-production": { ...noFault, ...silent, target: "old", why: "the old image" },
    "old-in-simulation": { ...noFault, ...silent, target: "old", env: simulation, why: "both" },
  },
  fixable: {
    places: {
      monitor: { services: ["monitor"], at: "/opt/monitor" },
      desk: { services: ["config"], at: "/opt/desk" },
      dns: { services: ["corp-dns"], at: "/usr/local/bin" },
      vm: { services: ["vm"], at: "/usr/local/bin" },
    },
    settings: [
      "CONFIG_URL",
      "POLL_TIMEOUT",
      "WORKERS",
      "EVENTLET_NO_GREENDNS",
      "DNS_OPTIONS",
      "HOST_SUFFIX",
    ],
  },
  plots: [
    { title: "How long a change has been waiting to show", observed: "waited", unit: "s" },
    { title: "Memory of the monitor", service: "monitor", metric: "anon" },
  ],
  phases: ["later"],
  ready: [
    { service: "app01", command: ["bash", "-c", "</dev/tcp/127.0.0.1/2222"] },
    { service: "oncall", command: ["curl", "-sf", "http://vm:8080/status"], of: "system" },
  ],
  drive,
  judge,
});
