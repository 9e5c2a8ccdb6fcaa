"""A learner's account, emulated by moto in this process, with a site that is joined to it.

What moto does not do as AWS does is done here: an account has two regions, a role opens with its
secret alone, and any call can fail, be refused or be the last one of its process.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import boto3
import builders
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from botocore.loaders import Loader
from django.conf import LazySettings
from django.utils import timezone
from moto import mock_aws
from people import Member, member, with_second_factor

from archlab.accounts.models import RoleGrant
from archlab.accounts.roles import Role
from archlab.jobs import runner
from archlab.jobs.models import Job
from archlab.jobs.reconciler import Reconciler
from archlab.sandboxes import queries as sandboxes
from archlab.sandboxes.aws.connection import DEPLOY, SCHEDULES, TEARDOWN
from archlab.sandboxes.aws.inventory import inventory
from archlab.sandboxes.models import AwsConnection, AwsRun, CheckResult, SandboxRun
from archlab.sandboxes.real.pages import RunPage

ACCOUNT, REGION, OTHER = "123456789012", "eu-west-1", "us-east-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/{DEPLOY}"
LAB = ("vps-to-aws", "l14")
SECRET = "canary-external-id-of-a-learner-Yq7Zk3"  # noqa: S105 - of a learner who does not exist
KEYS = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}

LOADER = Loader()


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Account:
    """What is asked of AWS, and what goes wrong with it.

    `refuses` has operations with how often they fail from now on; `dies_at` is the number of the
    call whose process is killed, after it was answered.
    """

    calls: list[str] = field(default_factory=list)
    refuses: dict[str, int] = field(default_factory=dict)
    dies_at: int = 0
    before: bool = False
    tokens: list[str] = field(default_factory=list)

    def answer(self, client: Any, operation: str, given: dict[str, Any], real: Any) -> Any:
        self.calls.append(f"{client.meta.service_model.service_name}:{operation}")
        number = len(self.calls)
        if self.before and number == self.dies_at:
            raise Killed
        if self.refuses.get(operation, 0) > 0:
            self.refuses[operation] -= 1
            raise _refusal(operation, "InternalFailure")
        if operation == "AssumeRole" and given.get("ExternalId") != SECRET:
            raise _refusal(operation, "AccessDenied")
        answer = self._answered(client, operation, given, real)
        if not self.before and number == self.dies_at:
            raise Killed
        return answer

    def _answered(self, client: Any, operation: str, given: dict[str, Any], real: Any) -> Any:
        if operation == "DescribeRegions":
            return {"Regions": [{"RegionName": one} for one in (REGION, OTHER)]}
        answer = real(client, operation, given)
        if operation == "AssumeRole":
            self.tokens.append(answer["Credentials"]["SessionToken"])
        return answer

    def client(self, service: str, region: str = REGION) -> Any:
        return boto3.client(service, region_name=region, **KEYS)

    def stands(self, name: str, region: str = REGION) -> list[str]:
        """What of a run is there, by kind; nobody counts these calls."""
        kept, self.calls = self.calls, []
        dies, self.dies_at = self.dies_at, 0
        seen = inventory(self.client, region, since=timezone.now() + timedelta(days=3650))
        self.calls, self.dies_at = kept, dies
        assert seen.unread == ()
        return sorted(one.what for one in seen.of(name))


def _refusal(operation: str, code: str) -> ClientError:
    said = f"arn:aws:iam::{ACCOUNT}:role/{DEPLOY} with {SECRET}"
    return ClientError({"Error": {"Code": code, "Message": said}}, operation)


@contextmanager
def emulated(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """An account with the roles of the bootstrap stack, which the site may use."""
    settings.AWS_ENABLED = True
    settings.AWS_ACCOUNTS = (ACCOUNT,)
    settings.AWS_REGIONS = (REGION,)
    settings.AWS_PRINCIPAL = f"arn:aws:iam::{ACCOUNT}:role/worker"
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    # every session reads the same service models anew, which is most of the time of these tests
    monkeypatch.setattr("botocore.session.create_loader", lambda _path: LOADER)
    account = Account()
    with mock_aws():
        account.client("scheduler").create_schedule_group(Name=SCHEDULES)
        for role in (DEPLOY, TEARDOWN):
            trust = json.dumps({"Statement": []})
            account.client("iam").create_role(RoleName=role, AssumeRolePolicyDocument=trust)
        real = BaseClient._make_api_call

        def call(client: Any, operation: str, given: dict[str, Any]) -> Any:
            return account.answer(client, operation, given, real)

        monkeypatch.setattr(BaseClient, "_make_api_call", call)
        yield account


@dataclass
class Site:
    """The site with a learner, a worker and a clock that a test turns."""

    ada: Member
    account: Account
    now: datetime = field(default_factory=timezone.now)

    def clock(self) -> datetime:
        return self.now

    def connected(self) -> AwsConnection:
        return AwsConnection.objects.create(
            learner=self.ada.learner,
            region=REGION,
            external_id=SECRET,
            role_arn=ROLE,
            account=ACCOUNT,
            created=self.now,
            verified_at=self.now,
        )

    def proof(self) -> SandboxRun:
        """A run of the lab in the emulator whose checks all passed."""
        slug, lab = LAB
        builders.published(slug)
        self.ada.client.post(f"/sandboxes/{slug}/{lab}/launch/")
        run = SandboxRun.objects.get(learner=self.ada.learner)
        Job.objects.filter(kind="sandbox").delete()
        SandboxRun.objects.filter(pk=run.pk).update(state="ready", attempt=1)
        for number, one in enumerate(sandboxes.lab_of(run).checks):
            CheckResult.objects.create(
                run=run, attempt=1, ordinal=number, check_id=one.id, check_name=one.check,
                status="pass", basis="facts", reason="", expected="", actual="",
            )  # fmt: skip
        return sandboxes.runs().get(pk=run.pk)

    def begun(self) -> AwsRun:
        self.connected()
        answer = self.ada.client.post(f"/sandboxes/aws/from/{self.proof().uid}/", {"lease": "60"})
        assert answer.status_code == 302, answer.content.decode()
        return AwsRun.objects.get(gone_at=None)

    def shown(self) -> AwsRun:
        run = self.begun()
        self.work()
        return self.fresh(run)

    def confirmed(self) -> AwsRun:
        run = self.shown()
        assert self.confirm(run).status_code == 302
        return run

    def ready(self) -> AwsRun:
        run = self.confirmed()
        self.work()
        return self.fresh(run)

    def confirm(self, run: AwsRun) -> Any:
        quote = RunPage(run, self.now).quote
        assert quote is not None
        return self.send(run, "confirm", phrase=quote.phrase)

    def send(self, run: AwsRun, act: str, **data: str) -> Any:
        return self.ada.client.post(f"/sandboxes/aws/{run.uid}/{act}/", data)

    def page(self, run: AwsRun) -> str:
        answer = self.ada.client.get(f"/sandboxes/aws/{run.uid}/")
        assert answer.status_code == 200
        return str(answer.content.decode())

    def fresh(self, run: AwsRun) -> AwsRun:
        return AwsRun.objects.get(pk=run.pk)

    def work(self, *, most: int = 60) -> None:
        """The worker does what waits, and the clock goes on to whatever comes next."""
        for _ in range(most):
            job = Job.objects.filter(state=Job.State.QUEUED, kind__startswith="aws").first()
            if job is None:
                return
            if job.not_before and job.not_before > self.now:
                self.now = job.not_before
            try:
                runner.run(job.pk, self.clock)
            except Killed:
                self.reconcile(after_s=61)  # its lease runs out
        raise AssertionError(f"still at work: {[str(run) for run in AwsRun.objects.all()]}")

    def reconcile(self, *, after_s: float = 10) -> None:
        self.now += timedelta(seconds=after_s)
        Reconciler().look(self.now, 0.0)

    def until_rest(self) -> None:
        """The worker and the clock, in turns."""
        self.work()
        self.reconcile()
        self.work()


def learner_with_second_factor(name: str = "ada") -> Member:
    ada = member(name)
    with_second_factor(ada)
    return ada


def operator_with_mail(name: str, address: str) -> Member:
    found = learner_with_second_factor(name)
    RoleGrant.objects.create(user=found.user, role=Role.OPERATOR, granted=timezone.now())
    found.user.email = address
    found.user.save(update_fields=["email"])
    return found
