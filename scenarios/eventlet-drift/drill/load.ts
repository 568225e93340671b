import type { Stage } from "../../../harness/scenario/index.ts";

/** Somebody at the desk changes a state and waits until the page shows it; then another one. */
const DESK = `
import sys, time
sys.path.insert(0, "/opt/oncall")
from desk import configure, look, seconds, shows

turn = 0
while True:
    name, state = ("payments", "ledger", "search")[turn % 3], ("maintenance", "enabled")[turn // 3 % 2]
    asked = configure(name, state)
    while not shows(look(), name, state):
        seconds("waited", time.monotonic() - asked)
        time.sleep(1)
    seconds("waited", 0)
    time.sleep(10)
    turn += 1
`;

/** More than the agreement allows, seconds. */
const LATE = 5;

export default async function load(stage: Stage): Promise<void> {
  const { done } = stage.start("oncall", ["python3", "-u", "-c", DESK], { timeoutMs: 0 });
  const late = () => Number(stage.seen("waited").at(-1) ?? 0) > LATE;
  if (await stage.attempt(late, { withinMs: 120_000 })) stage.phase("symptom");
  await done;
}
