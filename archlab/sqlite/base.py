"""Django's SQLite backend with a gate in front of every write transaction.

SQLite lets waiting writers poll, which is unfair: measured with 16 writers, one of them did a
single transaction while another did 1,239. The kernel queues those who wait for a file lock, so
the outermost transaction first takes an exclusive lock on `<database>.gate` and lets go after
COMMIT, ROLLBACK or close.
"""

from __future__ import annotations

import fcntl
import os
import weakref
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

Backend: Any = base.DatabaseWrapper  # the stubs leave out the private methods overridden here


class DatabaseWrapper(Backend):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.gate: int | None = (
            None  # one descriptor for each connection: threads exclude each other
        )
        OPEN.add(self)

    def _start_transaction_under_autocommit(self) -> None:
        if self.is_in_memory_db():
            super()._start_transaction_under_autocommit()
            return
        self._take_gate()
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self.drop_gate()
            raise

    def _commit(self) -> None:
        super()._commit()
        self.drop_gate()  # a failed COMMIT is followed by a rollback, which lets go

    def _rollback(self) -> None:
        try:
            super()._rollback()
        finally:
            self.drop_gate()

    def _close(self) -> None:
        try:
            super()._close()
        finally:
            self.drop_gate()

    def _take_gate(self) -> None:
        path = f"{self.settings_dict['NAME']}.gate"
        try:
            self.gate = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:  # a full or read-only disk, like any other write that fails
            raise OperationalError(f"cannot open the writer gate: {error}") from error
        try:
            fcntl.flock(self.gate, fcntl.LOCK_EX)
        except BaseException:
            self.drop_gate()
            raise

    def drop_gate(self) -> None:
        if self.gate is not None:
            os.close(self.gate)
            self.gate = None


OPEN: weakref.WeakSet[DatabaseWrapper] = weakref.WeakSet()


def _forget_inherited_gates() -> None:
    """A forked child holds its parent's lock as well: should the parent die, all would wait."""
    for connection in list(OPEN):
        connection.drop_gate()


os.register_at_fork(after_in_child=_forget_inherited_gates)
