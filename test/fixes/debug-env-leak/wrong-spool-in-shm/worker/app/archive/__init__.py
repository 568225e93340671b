"""Where DEBUG is on, Django 1.7 keeps each query in a list for ever; ours go to a file instead."""
from django.db.backends import BaseDatabaseWrapper

from archive.spool import Spool

_plain_init = BaseDatabaseWrapper.__init__


def _init_with_spool(self, *args, **kwargs):
    _plain_init(self, *args, **kwargs)
    self.queries = Spool()


BaseDatabaseWrapper.__init__ = _init_with_spool
