import json
import sys


def say(**words):
    """One JSON object a line: the log is all that the customer gets to see."""
    sys.stdout.write(json.dumps(words, sort_keys=True) + '\n')
    sys.stdout.flush()
