"""Where DEBUG is on, Django 1.7 keeps each query in a list; ours are shipped to another process."""
from django.db.backends import BaseDatabaseWrapper

from archive.shipper import Shipper

_plain_init = BaseDatabaseWrapper.__init__


def _init_with_shipper(self, *args, **kwargs):
    _plain_init(self, *args, **kwargs)
    self.queries = Shipper()


BaseDatabaseWrapper.__init__ = _init_with_shipper
