SECRET_KEY = "nothing here is signed"
INSTALLED_APPS = ["exchange"]
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "/var/lib/site/site.sqlite3"}
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True

RATES_URL = "http://upstream:8080/rates"
CURRENCIES = ["czk", "usd", "gbp"]
