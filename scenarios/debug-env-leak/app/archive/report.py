import json
import os
import sys

from django.conf import settings


def say(**words):
    """One JSON object a line: the log is all that the customer gets to see."""
    sys.stdout.write(json.dumps(words, sort_keys=True) + '\n')
    sys.stdout.flush()


def say_settings():
    """What Django made of the environment that this process was really given."""
    say(settings_debug=settings.DEBUG, environ_debug=os.environ.get('DEBUG'))
