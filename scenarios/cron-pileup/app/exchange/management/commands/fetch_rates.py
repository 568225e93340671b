import requests
from django.conf import settings
from django.core.management.base import BaseCommand

from exchange.models import Quote


class Command(BaseCommand):
    help = "Asks the rates service for each currency and keeps the price of the basket."

    def handle(self, *args, **options):
        rates = [self.rate(currency) for currency in settings.CURRENCIES]
        Quote.objects.create(basket=sum(rates))

    def rate(self, currency):
        response = requests.get(f"{settings.RATES_URL}/{currency}")
        response.raise_for_status()
        return response.json()["euro"]
