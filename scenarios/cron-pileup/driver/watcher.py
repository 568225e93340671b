"""Looks at the cron box from beside it, ten times a second, at no cost to the box.

It shares the box's process ids and, read-only, its disk. What it sees goes out as JSON lines: the
minutes of cron's that passed by its own clock (one a second), ticks that cron fired (bytes of the
heartbeat file), jobs alive by the story's own name, rows in the site's table, and every new row.
With the word "ready" it only tells, by its exit code, whether a job has written its row.
"""
import json
import os
import sqlite3
import sys
import time
from contextlib import closing

DATA = "/var/lib/site"
TABLE = f"{DATA}/site.sqlite3"


def jobs():
    """How many processes of the job there are; shells and wrappers around it left out."""
    return sum(map(is_job, filter(str.isdigit, os.listdir("/proc"))))


def is_job(pid):
    try:
        with open(f"/proc/{pid}/cmdline", errors="replace") as file:
            argv = file.read().split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return os.path.basename(argv[0]).startswith("python") and "fetch_rates" in argv


def rows(after=0):
    """Rows [id, basket] after that id; None while a killed job's half-written row waits to be undone."""
    # A write-ahead database that nobody has open can't be read from a read-only disk but so.
    whole = not any(os.path.exists(TABLE + more) for more in ("-wal", "-journal"))
    for how in ("mode=ro", "immutable=1")[: 1 + whole]:
        try:
            with closing(sqlite3.connect(f"file:{TABLE}?{how}", uri=True)) as db:
                new = "SELECT id, basket FROM exchange_quote WHERE id > ? ORDER BY id"
                return db.execute(new, [after]).fetchall()
        except sqlite3.OperationalError:
            pass
    return None


def ticks():
    try:
        return os.stat(f"{DATA}/heartbeat").st_size
    except FileNotFoundError:
        return 0


def say(**line):
    print(json.dumps(line), flush=True)


def watch():
    start, minutes, fired, written, newest, last = time.monotonic(), 0, ticks(), 0, 0, {}
    while True:
        # Jobs first: a job that is seen was started by a tick that is seen, too.
        alive, before, fired = jobs(), fired, ticks()
        ticked = fired > before
        if ticked:
            say(load="ticks", count=fired - before)
            say(observe="tick", value=fired)
        for row in rows(newest) or ():
            say(observe="row", value=row)
            newest, written = row[0], written + 1
        for name, value in {"jobs": alive, "rows": written}.items():
            if ticked or value != last.get(name):
                say(observe=name, value=value)
                last[name] = value
        passed = int(time.monotonic() - start) - minutes
        if passed > 0:
            minutes += passed
            say(load="minutes", count=passed)
            say(observe="minute", value=minutes)
        time.sleep(0.1)


if __name__ == "__main__":
    if sys.argv[1:] == ["ready"]:
        sys.exit(not rows())
    watch()
