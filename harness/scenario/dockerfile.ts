/** Names of a Dockerfile's stages in their order, "" for one without a name. */
export function stagesOf(dockerfile: string): readonly string[] {
  const stages: string[] = [];
  let heredocs: string[] = [];
  for (const line of dockerfile.replace(/^﻿/, "").split(/\r?\n/)) {
    if (heredocs[0] !== undefined) {
      if (line.replace(/^\t+/, "") === heredocs[0]) heredocs = heredocs.slice(1);
      continue;
    }
    const from = /^\s*FROM\s+(?:--\S+\s+)*\S+(?:\s+AS\s+(\S+))?\s*$/i.exec(line);
    if (from) stages.push((from[1] ?? "").toLowerCase());
    if (/^\s*(RUN|COPY|ADD)\b/i.test(line))
      heredocs = [...line.matchAll(/<<-?\s*(["']?)([A-Za-z_]\w*)\1/g)].map((found) => found[2]!);
  }
  return stages;
}

/** Whether a build may ask for this target: a stage's name, or its number. */
export function hasStage(stages: readonly string[], target: string): boolean {
  return stages.includes(target.toLowerCase()) || Number(target) < stages.length;
}
