"""The writer gate: fair, released by every death of its holder, and never inherited."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.transaction import Atomic

from archlab.settings import sqlite
from archlab.sqlite import base

pytestmark = pytest.mark.fault
FORK = get_context("fork")


def open_database(file: Path) -> Any:
    """A connection of its own, under an alias that `atomic` can find in this thread."""
    defaults = dict(connections.settings["default"])
    connection = base.DatabaseWrapper({**defaults, **sqlite(file)}, alias="gated")
    connections["gated"] = connection
    return connection


def atomic() -> Atomic:
    return Atomic(using="gated", savepoint=False, durable=False)


@pytest.fixture
def file(tmp_path: Path, django_db_blocker: Any) -> Iterator[Path]:
    path = tmp_path / "gated.sqlite3"
    with django_db_blocker.unblock():
        connection = open_database(path)
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE counter (id INTEGER PRIMARY KEY, value INTEGER)")
            cursor.execute("INSERT INTO counter VALUES (1, 0)")
        yield path
        close(connections["gated"])
        del connections["gated"]


def close(connection: BaseDatabaseWrapper) -> None:
    connection.close()


def value(file: Path) -> int:
    with sqlite3.connect(file) as plain:
        return int(plain.execute("SELECT value FROM counter").fetchone()[0])


def increment(connection: Any) -> None:
    with atomic(), connection.cursor() as cursor:
        old = cursor.execute("SELECT value FROM counter").fetchone()[0]
        cursor.execute("UPDATE counter SET value = %s", [old + 1])


def is_locked(file: Path) -> bool:
    """Whether some process holds the gate, asked by a descriptor of our own."""
    import fcntl

    with Path(f"{file}.gate").open("w") as gate:
        try:
            fcntl.flock(gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def hold_in_child(file: Path) -> Any:
    """A process that takes the gate, says so, and keeps it until it is killed."""
    holds = FORK.Event()

    def hold() -> None:
        connection = open_database(file)
        with atomic():
            connection.cursor().execute("UPDATE counter SET value = 100")
            holds.set()
            time.sleep(60)

    child = FORK.Process(target=hold)
    child.start()
    assert holds.wait(10)
    return child


def run_threads(work: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_eight_threads_lose_no_increment(file: Path) -> None:
    def work() -> None:
        connection = open_database(file)
        for _ in range(50):
            increment(connection)
        close(connection)

    run_threads(work, 8)
    assert value(file) == 400


def test_the_gate_is_held_inside_a_transaction_and_free_after_it(file: Path) -> None:
    with atomic():
        assert is_locked(file)
        with atomic():
            assert is_locked(file)
        assert is_locked(file)
    assert not is_locked(file)


def test_the_gate_file_is_for_its_owner_alone(file: Path) -> None:
    increment(connections["gated"])
    assert Path(f"{file}.gate").stat().st_mode & 0o777 == 0o600


def test_a_rollback_frees_the_gate(file: Path) -> None:
    with pytest.raises(DatabaseError), atomic():
        connections["gated"].cursor().execute("INSERT INTO nothing VALUES (1)")
    assert not is_locked(file)


def test_a_commit_that_fails_frees_the_gate_and_leaves_no_half_row(file: Path) -> None:
    cursor = connections["gated"].cursor()
    cursor.execute(
        "CREATE TABLE child (id INTEGER REFERENCES counter DEFERRABLE INITIALLY DEFERRED)"
    )
    with pytest.raises(IntegrityError), atomic():
        cursor.execute("INSERT INTO child VALUES (99)")
    assert not is_locked(file)
    assert cursor.execute("SELECT count(*) FROM child").fetchone()[0] == 0


def test_closing_inside_a_transaction_frees_the_gate(file: Path) -> None:
    connection: Any = connections["gated"]
    connection.ensure_connection()
    connection._start_transaction_under_autocommit()
    assert is_locked(file)
    connection.close()
    assert not is_locked(file)


def test_what_follows_a_commit_runs_without_the_gate(file: Path) -> None:
    from django.db import transaction

    seen: list[bool] = []
    with atomic():
        transaction.on_commit(lambda: seen.append(is_locked(file)), using="gated")
    assert seen == [False]


def test_a_killed_holder_frees_the_gate(file: Path) -> None:
    child = hold_in_child(file)
    assert is_locked(file)
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    increment(connections["gated"])
    assert value(file) == 1


def test_a_stopped_holder_makes_writers_wait_and_nothing_fails(file: Path) -> None:
    child = hold_in_child(file)
    os.kill(child.pid, signal.SIGSTOP)
    waited = threading.Event()

    def write() -> None:
        increment(open_database(file))
        waited.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert not waited.wait(0.3)
    os.kill(child.pid, signal.SIGKILL)
    writer.join(10)
    child.join()
    assert waited.is_set()
    assert value(file) == 1


def fork_while_holding(file: Path) -> bool:
    """Fork inside a transaction, kill the parent, and say whether the gate is free then."""
    reader, writer = FORK.Pipe(duplex=False)

    def parent() -> None:
        open_database(file)
        with atomic():
            orphan = FORK.Process(target=time.sleep, args=(60,))
            orphan.start()
            writer.send(orphan.pid)
            time.sleep(60)

    holder = FORK.Process(target=parent)
    holder.start()
    assert reader.poll(10)
    orphan = reader.recv()
    os.kill(int(holder.pid or 0), signal.SIGKILL)
    holder.join()
    free = not is_locked(file)
    os.kill(orphan, signal.SIGKILL)
    return free


def test_a_forked_child_does_not_keep_the_gate(file: Path) -> None:
    assert fork_while_holding(file)


class Forgetful(list[object]):
    """A registry in which the fork guard finds nothing."""

    def add(self, item: object) -> None:
        return


def test_without_the_guard_a_forked_child_would_keep_it(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "OPEN", Forgetful())
    assert not fork_while_holding(file)


def test_without_immediate_transactions_writers_fail(file: Path) -> None:
    """The positive control: Django's defaults, the same work, errors."""
    errors: list[sqlite3.OperationalError] = []

    def work() -> None:
        plain = sqlite3.connect(file, timeout=20, isolation_level=None)
        for _ in range(50):
            try:
                plain.execute("BEGIN")
                old = plain.execute("SELECT value FROM counter").fetchone()[0]
                plain.execute("UPDATE counter SET value = ?", [old + 1])
                plain.execute("COMMIT")
            except sqlite3.OperationalError as error:
                errors.append(error)
                plain.rollback()

    run_threads(work, 8)
    assert errors


def test_autocommitted_writes_beside_the_gate_all_succeed(file: Path) -> None:
    def single() -> None:
        connection = open_database(file)
        for _ in range(25):
            connection.cursor().execute("UPDATE counter SET value = value + 1")
        close(connection)

    def gated() -> None:
        connection = open_database(file)
        for _ in range(25):
            increment(connection)
        close(connection)

    def both() -> None:
        single()
        gated()

    run_threads(both, 4)
    assert value(file) == 200


@pytest.mark.usefixtures("file")
def test_the_options_are_really_in_force() -> None:
    cursor = connections["gated"].cursor()
    got = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in OPTIONS}
    assert got == OPTIONS
    assert getattr(connections["gated"], "transaction_mode") == "IMMEDIATE"  # noqa: B009


OPTIONS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 20_000}
