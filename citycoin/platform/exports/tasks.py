"""A door that the worker opens: files. It looks at the table; arguments are never needed."""

from celery import shared_task

from citycoin.foundation.kernel import clock
from citycoin.foundation.run_once import only_one
from citycoin.platform.exports import operations


@shared_task(name="files.make")
@only_one("make files")
def make() -> int:
    """Take away files that have expired, then make those that wait; return how many are done."""
    operations.tidy_files(now=clock.now())
    return operations.make_files(now=clock.now())
