"""Looks at the cron box from beside it, ten times a second, at no cost to the box.

It shares the box's process ids and, read-only, its disk. What it sees goes out as JSON lines:
ticks that cron fired (bytes of the heartbeat file), jobs alive, jobs older than a second, and
rows in the site's table; each when it changes, and all of them on every tick.
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


def ages():
    """Seconds each process of the job has lived; shells and wrappers around it left out."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                argv = file.read().split(b"\0")
            if not os.path.basename(argv[0]).startswith(b"python") or b"fetch_rates" not in argv:
                continue
            with open(f"/proc/{pid}/stat") as file:
                born = int(file.read().rpartition(")")[2].split()[19]) / HERTZ
        except (FileNotFoundError, ProcessLookupError):
            continue
        yield time.clock_gettime(time.CLOCK_BOOTTIME) - born


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
        lives, before, fired = list(ages()), fired, ticks()
        ticked = fired > before
        if ticked:
            say(load="ticks", count=fired - before)
            say(observe="tick", value=fired)
        seen = {"jobs": len(lives), "jobs older than 1 s": sum(age > 1 for age in lives)}
        seen["rows"] = rows()
        for name, value in seen.items():
            if value is not None and (ticked or value != last.get(name)):
                say(observe=name, value=value)
                last[name] = value
        time.sleep(0.1)


if __name__ == "__main__":
    if sys.argv[1:] == ["ready"]:
        sys.exit(not rows())
    watch()
