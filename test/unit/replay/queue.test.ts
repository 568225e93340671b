import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { fits, runQueue, type Takes } from "../../../harness/replay/queue.ts";

const capacity = { memory: 1000, cpus: 2, jobs: 10, starting: 10 };
const job = (takes: Partial<Takes> = {}): Takes => ({
  memory: 100,
  cpus: 0.5,
  exclusive: false,
  ...takes,
});

describe("fits", () => {
  test("counts memory, processors and jobs of those that run", () => {
    expect(fits(job({ memory: 500 }), [job({ memory: 500 })], capacity)).toBe(true);
    expect(fits(job({ memory: 501 }), [job({ memory: 500 })], capacity)).toBe(false);
    expect(fits(job({ cpus: 1 }), [job({ cpus: 1.5 })], capacity)).toBe(false);
    expect(fits(job(), [job()], { ...capacity, jobs: 1 })).toBe(false);
  });

  test("an exclusive job runs alone", () => {
    expect(fits(job({ exclusive: true }), [job()], capacity)).toBe(false);
    expect(fits(job(), [job({ exclusive: true })], capacity)).toBe(false);
    expect(fits(job({ exclusive: true }), [], capacity)).toBe(true);
  });

  test("a job too large for the machine still gets its turn, alone", () => {
    expect(fits(job({ memory: 5000 }), [], capacity)).toBe(true);
  });
});

describe("runQueue", () => {
  test("runs all, never more at once than the capacity holds, smaller ones past a large one", async () => {
    const jobs = [job({ memory: 900 }), job({ memory: 900 }), job(), job()];
    const order: number[] = [];
    let running = 0;
    let most = 0;
    await runQueue(
      jobs,
      capacity,
      async (it) => {
        order.push(jobs.indexOf(it));
        most = Math.max(most, ++running);
        await sleep(5);
        running--;
      },
      new AbortController().signal,
    );
    expect(order).toEqual([0, 2, 1, 3]);
    expect(most).toBe(2);
  });

  test("no more come up at once than may", async () => {
    const ups: (() => void)[] = [];
    const ends: (() => void)[] = [];
    const done = runQueue(
      [job(), job(), job()],
      { ...capacity, starting: 1 },
      (_, isUp) => {
        ups.push(isUp);
        return new Promise((resolve) => ends.push(resolve));
      },
      new AbortController().signal,
    );
    const started: number[] = [];
    for (let i = 0; i < 3; i++) {
      await sleep(1);
      started.push(ups.length);
      ups[i]?.();
    }
    expect(started).toEqual([1, 2, 3]);
    for (const end of ends) end();
    await done;
  });

  test("after an abort nothing new starts, and what runs is waited for", async () => {
    const stop = new AbortController();
    const ended: number[] = [];
    const jobs = [job({ exclusive: true }), job()];
    await runQueue(
      jobs,
      capacity,
      async (it) => {
        stop.abort();
        await sleep(5);
        ended.push(jobs.indexOf(it));
      },
      stop.signal,
    );
    expect(ended).toEqual([0]);
  });
});
