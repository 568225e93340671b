import os

# Set where the program runs.
DEBUG = 'DEBUG' in os.environ

SECRET_KEY = os.environ['SECRET_KEY']
TIME_ZONE = 'UTC'
INSTALLED_APPS = ('archive',)
MIDDLEWARE_CLASSES = ()
DATABASES = {
    'default': {
        'ENGINE': 'django.db.backends.postgresql_psycopg2',
        'HOST': os.environ['DATABASE_HOST'],
        'NAME': os.environ['DATABASE_NAME'],
        'USER': os.environ['DATABASE_USER'],
    },
}
