import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection

from exchange.management.commands import fetch_rates
from exchange.models import Quote

EVERY = float(os.environ.get("RATES_EVERY", 60))
DEADLINE = 1.8  # seconds for all the rates of a run


class Command(BaseCommand):
    help = "Keeps the price of the basket again and again, in this one process."

    def handle(self, *args, **options):
        while True:
            time.sleep(EVERY - time.time() % EVERY)
            try:
                Quote.objects.create(basket=sum(self.rates()))
            except Exception as error:
                print(f"rates_daemon: {error!r}", file=sys.stderr, flush=True)
            finally:
                connection.close()

    def rates(self):
        job = fetch_rates.Command()
        pool = ThreadPoolExecutor(1)
        try:
            future = pool.submit(lambda: [job.rate(currency) for currency in settings.CURRENCIES])
            return future.result(timeout=DEADLINE)
        finally:
            pool.shutdown(wait=False)
