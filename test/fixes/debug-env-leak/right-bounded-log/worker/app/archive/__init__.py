"""Django 1.7 keeps every query for ever where DEBUG is on. 1.8 made that a ring of 9000; with logs
of 100 KiB in them that is far too long for a worker, so ours is shorter."""
from collections import deque

from django.db.backends import BaseDatabaseWrapper

KEPT = 60
_plain_init = BaseDatabaseWrapper.__init__


def _init_with_ring(self, *args, **kwargs):
    _plain_init(self, *args, **kwargs)
    self.queries = deque(maxlen=KEPT)


BaseDatabaseWrapper.__init__ = _init_with_ring
