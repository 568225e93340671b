"""One run of fetch_rates, as cron starts it: never two at once, none longer than 4 s."""
import os
import signal

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "exchange.settings")
import django

django.setup()

from django.core.cache import cache
from django.core.management import call_command

LEASE = 0.8  # seconds; twice what a run takes. A run that dies must not keep the lock for ever.

signal.alarm(4)
if cache.add("rates-job", os.getpid(), timeout=LEASE):
    try:
        call_command("fetch_rates")
    finally:
        cache.delete("rates-job")
