"""What a job's code holds in its hands, and what it may raise to say how it ended."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType

from django.conf import settings
from django.db import DatabaseError, connection, transaction

from archlab.jobs import actions
from archlab.jobs.models import Job


class Failed(Exception):
    """The work decided that it cannot be done; it is not tried again. The code names the reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Cancelled(Exception):
    """Somebody wanted the job cancelled, and the work has stopped."""


class Again(Exception):
    """This step is done; have the job come again after a while."""

    def __init__(self, after: timedelta) -> None:
        super().__init__(str(after))
        self.after = after


@dataclass(frozen=True)
class Work:
    """A claimed job. Every write of the work stands in `fenced` or `finishing`."""

    job: Job
    clock: Callable[[], datetime]

    def step(self, done: int, total: int, word: str = "") -> None:
        """Renew the lease and say how far it is. Raises Lost and Cancelled, which are let through.

        `word` says what is being done, in the reader's words, at most 80 characters.
        """
        job, now = self.job, self.clock()
        if not actions.advance(job=job, now=now, done=done, total=total, word=word[:80]):
            raise Cancelled

    @property
    def is_cancelled(self) -> bool:
        """Ask between steps; renews the lease. Raises Lost: work without its job stops here too."""
        job = self.job
        return not actions.advance(
            job=job, now=self.clock(), done=job.done, total=job.total, word=job.word
        )

    @contextmanager
    def fenced(self) -> Iterator[None]:
        """A transaction that holds only while the job is ours. Raises Lost before any write."""
        with transaction.atomic():
            actions.renew(job=self.job, now=self.clock())
            yield

    @contextmanager
    def finishing(self, code: str = "") -> Iterator[None]:
        """The last writes, in one transaction with the job's end; with a `code` it failed."""
        state = Job.State.FAILED if code else Job.State.SUCCEEDED
        with transaction.atomic():
            actions.finish(job=self.job, now=self.clock(), state=state, code=code)
            yield


class Pulse:
    """Renews the lease while the work is silent, in a thread with a connection of its own."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._beat, name="pulse", daemon=True)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.over.set()
        self.thread.join()

    def _beat(self) -> None:
        try:
            while not self.over.wait(settings.JOB_LEASE_S / 6):
                if not self._renewed():
                    return
        finally:
            connection.close()  # the thread's own

    def _renewed(self) -> bool:
        try:
            actions.renew(job=self.work.job, now=self.work.clock())
        except actions.Lost:
            return False
        except DatabaseError:
            connection.close()  # a broken one; the next beat opens another
        return True
