import os
import signal
import sys
import time

import requests
from django.core.management.base import BaseCommand
from django.db import connection

from exchange.management.commands import fetch_rates

EVERY = float(os.environ.get("RATES_EVERY", 60))
DEADLINE = 3  # seconds for a whole run


class TooLate(Exception):
    pass


def too_late(*_):
    raise TooLate(f"not done in {DEADLINE} s")


class Command(BaseCommand):
    help = "Runs fetch_rates every minute, in this one process: never two at once, none too long."

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
            except (TooLate, requests.RequestException) as problem:  # the service has a bad day
                print(f"rates_service: {problem!r}", file=sys.stderr, flush=True)
            finally:
                connection.close()
