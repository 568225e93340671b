import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";

// In a process of its own: this one's errors that nobody waits for are vitest's.

const room = join(import.meta.dirname, "../../../harness/replay");

/** Runs a script that has `owning`, `catchStrays`, `guardTurns`, and `lost` to collect what is lost. */
const run = (script: string) =>
  execa(
    process.execPath,
    [
      "--input-type=module",
      "--eval",
      `import { setTimeout as sleep } from "node:timers/promises";
       import { catchStrays, owning } from ${JSON.stringify(join(room, "strays.ts"))};
       import { guardTurns } from ${JSON.stringify(join(room, "turn-guard.ts"))};
       const lost = [];
       ${script}`,
    ],
    { reject: false },
  );

test("what nobody waits for goes to who lost it, and ends nothing", async () => {
  const { stdout, exitCode } = await run(`{
    using strays = catchStrays();
    for (const name of ["a", "b"])
      owning((error) => lost.push(name + ": " + error.message), async () => {
        void Promise.reject(new Error("promise"));
        setTimeout(() => { throw new Error("timer"); }, 10);
        await sleep(20);
        process.nextTick(() => { throw new Error("tick"); });
      }).catch(() => {});
    await sleep(100);
  }
  console.log(lost.toSorted().join(", "));`);
  expect(stdout).toBe("a: promise, a: tick, a: timer, b: promise, b: tick, b: timer");
  expect(exitCode).toBe(0);
});

test.each(["throw new Error('nobody\\'s')", "void Promise.reject(new Error('nobody\\'s'))"])(
  "of nobody in particular, it is the process's as ever: %s",
  async (fault) => {
    const listened = await run(`
      process.on("uncaughtException", (error) => console.log("heard", error.message));
      using strays = catchStrays();
      setTimeout(() => { ${fault}; }, 1);
      await sleep(50);`);
    expect(listened.stdout).toBe("heard nobody's");
    const alone = await run(`
      using strays = catchStrays();
      setTimeout(() => { ${fault}; }, 1);
      await sleep(5000);
      console.log("went on");`);
    expect(alone.stdout).toBe("");
    expect(alone.exitCode).not.toBe(0);
    expect(alone.stderr).toContain("nobody's");
  },
);

test("afterwards all is as before", async () => {
  const { stdout } = await run(`
    { using a = catchStrays(); using b = catchStrays(); }
    console.log(process.hasUncaughtExceptionCaptureCallback(), process.listenerCount("unhandledRejection"));`);
  expect(stdout).toBe("false 0");
});

test("code that lets nobody have a turn is ended, and the others go on", async () => {
  const { stdout, exitCode } = await run(`
    using turns = guardTurns();
    const other = sleep(500).then(() => console.log("the other is done"));
    void (async () => { await sleep(100); console.log("spins"); for (;;) await null; })();
    await other;
    console.log("over");`);
  expect(stdout).toBe("spins\nthe other is done\nover");
  expect(exitCode).toBe(0);
});
