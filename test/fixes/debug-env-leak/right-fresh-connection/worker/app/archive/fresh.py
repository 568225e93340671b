import gc

from django.db import DEFAULT_DB_ALIAS, connections


def throw_away_connection():
    """Closes this thread's connection and forgets it: the next query makes a new one.

    To close it is not enough: the object stays, with all that it has gathered. It is part of
    cycles, and what hangs on it is large, so it is collected at once.
    """
    connections[DEFAULT_DB_ALIAS].close()
    del connections[DEFAULT_DB_ALIAS]
    gc.collect()
