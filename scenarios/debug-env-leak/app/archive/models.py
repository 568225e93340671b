from django.db import models


class LogFile(models.Model):
    """One object of the bucket: its name, the ETag it had when it was stored, its text."""

    name = models.CharField(max_length=200, unique=True)
    etag = models.CharField(max_length=64)
    text = models.TextField()

    @classmethod
    def outdated(cls, name, etag):
        """The row to fill if the object is new or has changed, else None."""
        row, _ = cls.objects.get_or_create(name=name)
        return row if row.etag != etag else None
