from django.db import models


class Quote(models.Model):
    """What one run of fetch_rates leaves behind."""

    taken_at = models.DateTimeField(auto_now_add=True)
    basket = models.FloatField(help_text="Euro for one of each currency")
