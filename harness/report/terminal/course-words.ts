import { formatAbout, formatMs } from "../format.ts";
import { tellIncident } from "../incident.ts";
import type { Course, Incident } from "./course.ts";
import { reading, wayOf, type Gauge } from "./gauge.ts";
import { cut } from "./text.ts";
import { runName } from "./words.ts";

/** One line per incident: its arm under way, what is seen of it, and for how long it has been. */
export function incidentLines(course: Course, now: number, width: number): readonly string[] {
  const column = Math.max(0, ...course.incidents.keys().map(({ length }) => length));
  return [...course.incidents].map(([id, incident]) => {
    const [first, ...others] = underway(incident);
    const time =
      first === undefined ? "" : `${Math.round((now - first.since) / 1000)} s`.padStart(7);
    const room = width - column - 2 - time.length;
    const what =
      first === undefined ? restText(incident) : runningText(incident, first, others, room);
    return `${id.padEnd(column)}  ${cut(what, room).padEnd(room)}${time}`.trimEnd();
  });
}

/** How far the whole is, and about how long it takes yet. */
export function tally(course: Course, sinceMs: number): string {
  const all = [...course.incidents.values()];
  const ended = all.reduce((sum, each) => sum + each.ended.length, 0);
  const count = all.reduce((sum, each) => sum + each.waiting + each.running.size, ended);
  const left = course.secondsLeft();
  return [
    ...(count > 0 ? [`${ended} of ${count} arms done`] : []),
    `${formatMs(Math.round(sinceMs / 1000) * 1000).replace(/\.0+ s$/, " s")} so far`,
    ...(left === undefined ? [] : [`about ${formatAbout(left)} of replaying yet`]),
  ].join(", ");
}

/** What is under way, for who sees no lines change: "boto-close / broken: memory 1.9 GiB, rising". */
export function underwayText(course: Course): string {
  const gauges = [...course.incidents.values()].flatMap(underway);
  return gauges
    .map((gauge) => `${runName(gauge.run)}: ${reading(gauge) || gauge.phase}${wayOf(gauge)}`)
    .join("; ");
}

/** The arms under way, the longest first: it has the most to show. */
const underway = ({ running }: Incident) =>
  [...running.values()].toSorted((a, b) => a.since - b.since);

function seenText(gauge: Gauge): string {
  return [gauge.run.arm, reading(gauge)].filter(Boolean).join(": ");
}

/** What has room, in the order of what is worth knowing. */
function runningText(
  incident: Incident,
  first: Gauge,
  others: readonly Gauge[],
  room: number,
): string {
  const result = resultText(incident);
  const extras = [
    wayOf(first),
    ...(others.length > 0 ? [` +${others.length}`] : []),
    `, ${first.phase}`,
    ...(result === "" ? [] : [`; ${result}`]),
  ];
  return extras.reduce(
    (text, extra) => (text.length + extra.length <= room ? text + extra : text),
    seenText(first),
  );
}

function restText(incident: Incident): string {
  const result = resultText(incident);
  const waits = incident.waiting > 0 ? "waiting" : "";
  return [result, waits].filter(Boolean).join("; ");
}

/** "failed 2,108 MiB, held 40.3 MiB", and what is not as claimed. */
function resultText({ definition, ended, waiting, running }: Incident): string {
  const arms = ended.filter((verdict) => verdict !== undefined);
  const { failed, held } = tellIncident({ id: definition.id, arms }, definition);
  const told = [failed, held].flatMap((one) =>
    one === undefined ? [] : [`${one.word} ${one.figure}`.trim()],
  );
  const off = arms.filter(({ ok }) => !ok).length;
  const all = ended.length + waiting + running.size;
  return [
    ...told,
    ...(arms.length > told.length ? [`${ended.length} of ${all} done`] : []),
    ...(off > 0 ? [`${off} not as claimed`] : []),
    ...(arms.length < ended.length ? [`${ended.length - arms.length} broken off`] : []),
  ].join(", ");
}
