"""The whole flow of change sets against ministack, in an environment of its own (`make audit`).

It binds another botocore than the site, so nothing of it is imported here. It listens on loopback
alone, and no function in it is ever called: it would run on this machine.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import boto3
import pytest
from aws_desk import Desk
from aws_flow import ENDS, NOW, confirmed, intent, work
from aws_systems import small

from archlab.domain.cloudformation import template_of
from archlab.sandboxes.aws.allowed import Allowed
from archlab.sandboxes.aws.bootstrap import NAME, bootstrap_template
from archlab.sandboxes.aws.calls import Clients
from archlab.sandboxes.aws.connection import DEPLOY, TEARDOWN, Connection, entered
from archlab.sandboxes.aws.expiry import require_expiry
from archlab.sandboxes.aws.inventory import inventory
from archlab.sandboxes.aws.launch import advance
from archlab.sandboxes.aws.launched import ENDED, Launch, Stage
from archlab.sandboxes.aws.teardown import At, Step, Teardown, tear_down

PROGRAM = Path(__file__).resolve().parents[2] / ".ministack" / "bin" / "ministack"
REGION, ACCOUNT = "eu-west-1", "000000000000"
CONNECTION = Connection(ACCOUNT, REGION, "a-secret-of-at-least-thirty-two-characters")
ALLOWED = Allowed(enabled=True, accounts=frozenset({ACCOUNT}), regions=frozenset({REGION}))
NOT_IMPLEMENTED = {("database backup", "InvalidAction")}
KEYS = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}

pytestmark = pytest.mark.emulator


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if not PROGRAM.exists():
        pytest.skip("not run: ministack is not installed here; `make audit` installs and runs it")
    home = tmp_path_factory.mktemp("ministack")
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "PERSIST_STATE": "0",
        "SFTP_ENABLED": "0",
        "IOT_MTLS_ENABLED": "0",
    }
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603
            [PROGRAM], cwd=home, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield answering(f"http://127.0.0.1:{port}", process)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def answering(url: str, process: subprocess.Popen[bytes]) -> str:
    """Wait for the first answer, whatever it is."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=1).close()  # noqa: S310 - our own loopback
        except urllib.error.HTTPError:
            return url
        except OSError:
            time.sleep(0.2)
        else:
            return url
    raise AssertionError("ministack does not answer")


@pytest.fixture
def account(emulator: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """botocore takes the address of every service from this variable. The bootstrap stands."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator)
    formation = boto3.client("cloudformation", region_name=REGION, **KEYS)
    parameters = {
        "ExternalId": CONNECTION.external_id,
        "TrustedPrincipal": f"arn:aws:iam::{ACCOUNT}:role/site",
        "Email": "me@learner.example",
    }
    formation.create_stack(
        StackName=NAME,
        TemplateBody=without_budget(),
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Parameters=[
            {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
        ],
    )
    (stack,) = formation.describe_stacks(StackName=NAME)["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE", stack.get("StackStatusReason")
    yield
    formation.delete_stack(StackName=NAME)


def without_budget() -> str:
    """ministack knows no budgets; everything else of the bootstrap stack stands."""
    body = json.loads(json.dumps(bootstrap_template()))
    del body["Resources"]["Budget"]
    return json.dumps(body)


def clients(role: str) -> Clients:
    return entered(CONNECTION, role, sts=boto3.client("sts", region_name=REGION, **KEYS))


def launched() -> Launch:
    launch = intent(connection=CONNECTION)
    at = work(Desk(), clients=clients(DEPLOY), connection=CONNECTION, allowed=ALLOWED)
    for _ in range(60):
        launch = confirmed(launch) if launch.stage == Stage.CONFIRM else advance(launch, at)
        if launch.stage in ENDED:
            return launch
    raise AssertionError(f"stuck at {launch.stage}")


def test_a_launch_is_made_as_shown_and_torn_down_to_nothing(account: None) -> None:  # noqa: ARG001
    launch = launched()
    assert (launch.stage, launch.reason) == (Stage.READY, "")
    template = json.loads(template_of(small()).text)
    assert {one.logical_id for one in launch.changes} == set(template["Resources"])
    looks = clients(TEARDOWN)
    require_expiry(looks, CONNECTION, stack=launch.stack, expires_at=ENDS)
    found = inventory(looks, REGION, since=NOW + timedelta(days=3650))
    assert sorted(one.what for one in found.of("7f3a")) == ["schedule", "stack", "tagged", "tagged"]
    teardown = Teardown("7f3a", REGION, NOW)
    for _ in range(10):
        if teardown.step == Step.LOOK:
            break
        teardown = tear_down(teardown, At(looks, CONNECTION, NOW))
    assert (teardown.step, teardown.failures) == (Step.LOOK, 0)
    left = inventory(looks, REGION, since=NOW + timedelta(days=3650))
    assert left.of("7f3a") == ()
    assert {(one.what, one.code) for one in left.unread} <= NOT_IMPLEMENTED


def test_a_change_set_that_nobody_confirmed_leaves_nothing(account: None) -> None:  # noqa: ARG001
    launch = intent(connection=CONNECTION)
    at = work(Desk(), clients=clients(DEPLOY), connection=CONNECTION, allowed=ALLOWED)
    while launch.stage != Stage.CONFIRM:
        launch = advance(launch, at)
    late = advance(launch, replace(at, now=NOW + timedelta(minutes=16)))
    assert late.stage == Stage.CANCELLED
    looks = clients(TEARDOWN)
    teardown = Teardown("7f3a", REGION, NOW)
    for _ in range(10):
        if teardown.step == Step.LOOK:
            break
        teardown = tear_down(teardown, At(looks, CONNECTION, NOW))
    assert inventory(looks, REGION, since=NOW).of("7f3a") == ()
