"""The password that an emulated database got is nowhere but in the process that made it."""

from __future__ import annotations

import io
import logging
import zipfile

import builders
import pytest
from django.apps import apps
from django.core import serializers
from lab_runs import page, send, worked
from people import Person

from archlab.sandboxes import attempt as attempts
from archlab.sandboxes import order
from archlab.sandboxes.attempt import Attempt
from archlab.sandboxes.engine.request import Request
from archlab.sandboxes.models import SandboxRun
from archlab.sandboxes.states import State

TELLING = """
import sys, runpy
sys.path.append(sys.argv[1])
from botocore.client import BaseClient
real = BaseClient._make_api_call

def call(self, operation, given):
    answer = real(self, operation, given)
    if operation == "GetSecretValue":
        print(answer["SecretString"], file=sys.stderr, flush=True)
    return answer

BaseClient._make_api_call = call
runpy.run_module('archlab.sandboxes.engine.child', run_name='__main__', alter_sys=True)
"""


def passwords(heard: list[Attempt]) -> set[str]:
    found = "".join(attempt.errors for attempt in heard)
    return {part.split('"')[0] for part in found.split('"password": "')[1:]}


def everything_stored() -> str:
    return "".join(
        serializers.serialize("json", model._default_manager.all()) for model in apps.get_models()
    )


def exported(person: Person) -> str:
    archive = zipfile.ZipFile(io.BytesIO(person.get("/account/export/").content))
    return "".join(archive.read(name).decode() for name in archive.namelist())


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Attempt]:
    """Every attempt of the site, each telling on its error stream what nobody else may know."""
    found: list[Attempt] = []

    def made(request: Request) -> Attempt:
        found.append(Attempt(request))
        return found[-1]

    monkeypatch.setattr(attempts, "_START", TELLING)
    monkeypatch.setattr(order, "Attempt", made)
    return found


def test_the_password_of_a_run_is_in_no_row_log_page_or_export(
    alice: Person, heard: list[Attempt], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    builders.published("vps-to-aws")
    alice.client.post("/sandboxes/vps-to-aws/fix-database/launch/")
    run = worked(SandboxRun.objects.get(learner=alice.learner))
    assert run.state == State.READY
    shown = page(alice, run)
    send(alice, run, "tear-down")
    worked(run)
    secrets = passwords(heard)
    assert secrets
    everything = everything_stored() + caplog.text + shown + page(alice, run) + exported(alice)
    assert str(run.uid) in everything
    assert [one for one in secrets if one in everything] == []
