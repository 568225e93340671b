import os
import signal
import sys
import time

from django.core.management.base import BaseCommand
from django.db import connection

from exchange.management.commands import fetch_rates

EVERY = float(os.environ.get("RATES_EVERY", 60))
DEADLINE = 3  # seconds for a whole run, whatever it waits for


class TooLate(Exception):
    pass


def too_late(*_):
    raise TooLate(f"not done in {DEADLINE} s")


class Command(BaseCommand):
    help = "Runs fetch_rates again and again, in this one process and one after the other."

    def handle(self, *args, **options):
        signal.signal(signal.SIGALRM, too_late)
        job = fetch_rates.Command()
        while True:
            time.sleep(EVERY - time.time() % EVERY)
            try:
                signal.setitimer(signal.ITIMER_REAL, DEADLINE)
                try:
                    job.handle()
                finally:
                    signal.setitimer(signal.ITIMER_REAL, 0)
            except Exception as error:
                print(f"rates_daemon: {error!r}", file=sys.stderr, flush=True)
            finally:
                connection.close()
