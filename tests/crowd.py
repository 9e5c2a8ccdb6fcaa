"""One person with several browsers that act at the same moment."""

from __future__ import annotations

from threading import Barrier, Thread
from typing import Any

from django.db import connection
from django.test import Client
from people import Person

from archlab.accounts.middleware import COOKIE


def browsers(person: Person, count: int) -> list[Client]:
    made = [Client(raise_request_exception=False) for _n in range(count)]
    for client in made:
        client.cookies[COOKIE] = person.visitor.token
    return made


def at_once(clients: list[Client], url: str, sent: list[dict[str, Any]]) -> list[int]:
    """The statuses of posts that start together; who is told to try again does.

    The tests' database in memory locks whole tables, so there a second writer may hear 503.
    """
    gate, statuses = Barrier(len(clients)), [0] * len(clients)

    def post(number: int) -> None:
        gate.wait()
        for _try in range(50):
            statuses[number] = clients[number].post(url, sent[number]).status_code
            if statuses[number] != 503:
                break
        connection.close()

    threads = [Thread(target=post, args=(number,)) for number in range(len(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses
