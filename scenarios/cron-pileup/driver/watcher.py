"""Looks at the cron box from beside it, ten times a second, at no cost to the box.

It shares the box's process ids and, read-only, its disk. What it sees goes out as JSON lines:
ticks that cron fired (bytes of the heartbeat file), jobs alive, jobs older than a second, the
longest that one of them waited for a processor (seconds), and rows in the site's table; each when
it changes, and all of them on every tick.
With the word "ready" it only tells, by its exit code, whether a job has written its row.
"""
import json
import os
import sqlite3
import sys
import time
from contextlib import closing

DATA = "/var/lib/site"
HERTZ = os.sysconf("SC_CLK_TCK")


def jobs():
    """(age, waited) of each process of the job; shells and wrappers around it left out.

    Both are seconds. What a job waited for a processor is no part of its age, nor is the first
    second that it ran, in which Python starts: a machine that is slow, or busy with other things,
    must not look like a service that hangs.
    """
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            argv = read(pid, "cmdline").split("\0")
            if not os.path.basename(argv[0]).startswith("python") or "fetch_rates" not in argv:
                continue
            born = int(read(pid, "stat").rpartition(")")[2].split()[19]) / HERTZ
            ran, waited = (int(ns) / 1e9 for ns in read(pid, "schedstat").split()[:2])
        except (FileNotFoundError, ProcessLookupError):
            continue
        yield time.clock_gettime(time.CLOCK_BOOTTIME) - born - min(ran, 1) - waited, waited


def read(pid, name):
    with open(f"/proc/{pid}/{name}", errors="replace") as file:
        return file.read()


def rows():
    """Rows of the table, or None while a killed job's half-written row waits to be undone."""
    try:
        with closing(sqlite3.connect(f"file:{DATA}/site.sqlite3?mode=ro", uri=True)) as db:
            return db.execute("SELECT count(*) FROM exchange_quote").fetchone()[0]
    except sqlite3.OperationalError:
        return None


def ticks():
    try:
        return os.stat(f"{DATA}/heartbeat").st_size
    except FileNotFoundError:
        return 0


def say(**line):
    print(json.dumps(line), flush=True)


def watch():
    fired, last = ticks(), {}
    while True:
        # Jobs first: a job that is seen was started by a tick that is seen, too.
        alive, before, fired = list(jobs()), fired, ticks()
        ticked = fired > before
        if ticked:
            say(load="ticks", count=fired - before)
            say(observe="tick", value=fired)
        seen = {
            "jobs": len(alive),
            "jobs older than 1 s": sum(age > 1 for age, _ in alive),
            "longest wait for a processor": round(max((waited for _, waited in alive), default=0)),
            "rows": rows(),
        }
        for name, value in seen.items():
            if value is not None and (ticked or value != last.get(name)):
                say(observe=name, value=value)
                last[name] = value
        time.sleep(0.1)


if __name__ == "__main__":
    if sys.argv[1:] == ["ready"]:
        sys.exit(not rows())
    watch()
