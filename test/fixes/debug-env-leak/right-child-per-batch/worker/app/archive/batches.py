import os
import sys
import traceback
from itertools import islice

from django.core.management.base import CommandError
from django.db import connections


def in_children(work, items, size):
    """Has `work` done on `size` items at a time, each time by a new process: one after another.

    Whatever a process gathers (Django's queries, boto's buffers), it can't gather for long.
    Returns how many items there were. A child that fails, or is killed, fails the command.
    """
    # Children must not share a connection to the database; the parent needs none.
    for connection in connections.all():
        connection.close()
    items = iter(items)
    done = 0
    while True:
        batch = list(islice(items, size))
        if not batch:
            return done
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            _work_and_exit(work, batch)
        _, status = os.waitpid(child, 0)
        if status != 0:
            raise CommandError('The batch after item %d failed (wait status %d).' % (done, status))
        done += len(batch)


def _work_and_exit(work, batch):
    code = 1
    try:
        work(batch)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
