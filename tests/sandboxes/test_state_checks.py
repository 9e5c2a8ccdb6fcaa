"""The contract of every check: right is green, its fault is red, what cannot be seen is neither."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import check_systems
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from check_systems import SYSTEMS, Deployed
from moto import mock_aws
from sampling import sampled

from archlab.domain.grading.state_checks import CHECKS, Check, Verdict, judge, judge_template
from archlab.sandboxes.engine.clients import Boto
from archlab.sandboxes.engine.contract import Ledger
from archlab.sandboxes.engine.edits import EDITS, repairs_of
from archlab.sandboxes.engine.faults import FAULTS
from archlab.sandboxes.engine.readers import READERS
from archlab.sandboxes.engine.values import Value

HOME = {
    "restored_copy_complete": "serverless",
    "ddb_on_demand_pitr": "serverless",
    "kms_rotation": "serverless",
    "post_policy_limits_size": "serverless",
    "no_nat_gateway": "quiet",
    **dict.fromkeys(
        (
            *("sg_ingress_cdn_only", "spot_asg", "graviton_type", "imdsv2_required"),
            *("asg_elb_healthcheck", "spot_warning_rule", "no_unattached_volumes"),
            "orphans_all_listed",
        ),
        "machines",
    ),
    **{id_: "serverless" for id_ in CHECKS if id_.startswith(("lambda_", "api_", "cf_", "s3_"))},
    "http_api_not_rest": "serverless",
    "all_tagged": "serverless",
    "s3_gateway_endpoint": "platform",
}
"""The system that has what a check reads; the others are at home on the platform."""
PREPARED: Mapping[str, tuple[str, ...]] = {
    "restored_copy_complete": ("write_row", "restore_table"),
    "s3_old_version_readable": ("write_object", "delete_object"),
    "orphans_all_listed": ("list_orphan_disks",),
}
"""What a learner does before the check can be right."""
REPAIRED: Mapping[str, tuple[str, ...]] = {
    "restored_copy_complete": ("remember_table",),
    "s3_old_version_readable": ("keep_versions",),
    "orphans_all_listed": ("list_orphan_disks", "delete_forgotten_disks"),
}
"""Where the first edit of the catalogue is not all that is to be done."""
ALONE = {"vpc_flow_logs", "no_nat_gateway", "no_unattached_volumes", "orphans_all_listed"}
"""One network, one account: there is no second subject."""
DROPPED = {"ecs_circuit_breaker"}
"""The emulator does not keep what these read; the template answers."""

EVERY = pytest.mark.parametrize("id_", CHECKS)
PLANTED = pytest.mark.parametrize("id_", FAULTS)
COMPILED = pytest.mark.parametrize("id_", [one.id for one in CHECKS.values() if one.compiled])


class Emulator:
    """Deployments that tests share: each test leaves them as it found them."""

    def __init__(self) -> None:
        self._mock = mock_aws()
        self._standing: dict[str, Deployed] = {}
        self.clients = Boto(check_systems.REGION)

    def start(self) -> None:
        self._mock.start()

    def stop(self) -> None:
        self._mock.stop()

    def forget(self) -> None:
        """A test has failed on its way: nobody else may stand on what it left."""
        self._mock.stop()
        self._standing.clear()
        self._mock = mock_aws()
        self._mock.start()

    def system(self, name: str) -> Deployed:
        if name not in self._standing:
            self._standing[name] = _deployed(name)
        return self._standing[name]


def _deployed(name: str) -> Deployed:
    right, _, wrong = name.partition("-")
    if not wrong:
        found = check_systems.deploy(SYSTEMS[right]())
        for id_, edits in PREPARED.items():
            if home(id_) == right:
                twice(found, edits)
        return found
    settings = [one.compiled for one in CHECKS.values() if one.compiled and home(one.id) == right]
    return check_systems.deploy(check_systems.compiled_wrong(SYSTEMS[right](), settings))


def twice(deployed: Deployed, edits: tuple[str, ...]) -> None:
    """Edits at every resource that they apply to."""
    for name in edits:
        type_ = EDITS[name].on
        subjects = deployed.ledger.of(type_) if isinstance(type_, str) else [None]
        for one in subjects:
            args: dict[str, Value] = {"resource": one.logical_id} if one else {}
            EDITS[name](deployed.clients, deployed.ledger, args)


def home(id_: str) -> str:
    return HOME.get(id_, "platform")


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOTO_ACCOUNT_ID", check_systems.ACCOUNT)
        patch.setenv("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
        found = Emulator()
        found.start()
        yield found
        found.stop()


@pytest.fixture
def deployed(id_: str, emulator: Emulator) -> Iterator[Deployed]:
    """The home of a check as it should be, which it is again after the test."""
    system = emulator.system(home(id_))
    yield system
    if id_ not in DROPPED and verdict(id_, system).status != "pass":
        emulator.forget()


def facts_of(id_: str, deployed: Deployed, component: str = "") -> Any:
    args: dict[str, Value] = {"component": component} if component else {}
    facts = READERS[id_](deployed.clients, deployed.ledger, args)
    return json.loads(json.dumps(facts))


def verdict(id_: str, deployed: Deployed, component: str = "") -> Verdict:
    found = judge(CHECKS[id_], facts_of(id_, deployed, component))
    if id_ in DROPPED:
        assert found.status == "unknown"
        return judge_template(CHECKS[id_], deployed.resources) or found
    return found


def edit(deployed: Deployed, names: tuple[str, ...]) -> None:
    for name in names:
        EDITS[name](deployed.clients, deployed.ledger, {})


@EVERY
def test_a_right_system_passes(id_: str, deployed: Deployed) -> None:
    found = verdict(id_, deployed)
    assert (found.status, found.reason) == ("pass", ""), found


@PLANTED
def test_a_fault_turns_its_check_red_and_a_repair_green_again(id_: str, deployed: Deployed) -> None:
    """Beside the broken resource stands a right one of the same type, which does not help."""
    FAULTS[id_](deployed.clients, deployed.ledger, {})
    broken = verdict(id_, deployed)
    edit(deployed, REPAIRED.get(id_) or (repairs_of(id_)[0].id,))
    repaired = verdict(id_, deployed)
    assert (broken.status, repaired.status) == ("fail", "pass"), (broken, repaired)
    assert broken.reason in CHECKS[id_].reasons
    assert id_ in ALONE or len(facts_of(id_, deployed)["subjects"]) > 1


@COMPILED
def test_a_mistake_in_the_template_turns_its_check_red(id_: str, emulator: Emulator) -> None:
    found = verdict(id_, emulator.system(f"{home(id_)}-wrong"))
    assert found.status == "fail", found
    assert found.reason in CHECKS[id_].reasons


@EVERY
def test_an_empty_account_never_passes(id_: str, emulator: Emulator) -> None:
    empty = Deployed(emulator.clients, Ledger(), {})
    found = judge(CHECKS[id_], facts_of(id_, empty))
    assert (found.status, found.reason) == ("fail", "no_subject")


DENIED = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "Read")
BROKEN = ClientError({"Error": {"Code": "InternalError", "Message": "500"}}, "Read")
LATE = ReadTimeoutError(endpoint_url="https://aws.example")


class Failing:
    """Clients whose call number `at` fails; without one they count."""

    def __init__(self, clients: Any, at: int | None = None, error: Exception = DENIED) -> None:
        self._clients, self._at, self._error = clients, at, error
        self._watched: list[Any] = []
        self.calls = 0
        self.names: set[str] = set()

    def __call__(self, service: str) -> Any:
        client = self._clients(service)
        if client not in self._watched:
            self._watched.append(client)
            client.meta.events.register_first("before-call", self._called)
        return client

    def __enter__(self) -> Failing:
        return self

    def __exit__(self, *_: object) -> None:
        for client in self._watched:
            client.meta.events.unregister("before-call", self._called)

    def _called(self, model: Any, **_: object) -> None:
        self.calls += 1
        self.names.add(model.name)
        if self._at is not None and self.calls > self._at:
            raise self._error


@pytest.mark.parametrize(
    ("id_", "error"),
    [
        *((id_, DENIED) for id_ in CHECKS),
        *sampled([(id_, error) for id_ in CHECKS for error in (BROKEN, LATE)], 20),
    ],
)
def test_a_call_that_fails_is_never_a_fact(id_: str, error: Exception, deployed: Deployed) -> None:
    """The first, the last and one between: the reader raises, and the verdict is unknown."""
    with Failing(deployed.clients) as counting:
        READERS[id_](counting, deployed.ledger, {})
    for at in {0, counting.calls // 2, counting.calls - 1}:
        with Failing(deployed.clients, at, error) as failing, pytest.raises(type(error)):
            READERS[id_](failing, deployed.ledger, {})
    unseen = judge(CHECKS[id_], {"unseen": "AccessDenied"})
    assert (unseen.status, unseen.reason) == ("unknown", "unseen")


@EVERY
def test_a_check_says_which_calls_it_makes(id_: str, deployed: Deployed) -> None:
    with Failing(deployed.clients) as counting:
        READERS[id_](counting, deployed.ledger, {})
    assert counting.names == {call.partition(":")[2] for call in CHECKS[id_].reads}


@EVERY
def test_a_field_that_was_not_returned_is_unknown(id_: str, deployed: Deployed) -> None:
    """Whatever the judge reads: without it the verdict is unknown, never pass or fail."""
    if id_ in DROPPED:
        return
    facts = facts_of(id_, deployed)
    subjects = facts["subjects"]
    verdicts = {}
    for name in set(subjects[0]) - {"id"}:
        cut = [{k: v for k, v in one.items() if k != name} for one in subjects]
        verdicts[name] = judge(CHECKS[id_], {"subjects": cut}).status
    assert set(verdicts.values()) <= {"unknown", "pass"}, verdicts
    assert "unknown" in verdicts.values()


@pytest.mark.parametrize("id_", ["db_multi_az", "task_arm64", "dlq_redrive", "tg_health_path"])
def test_a_check_of_one_component_does_not_see_the_others(id_: str, deployed: Deployed) -> None:
    prefix = {"db": "db", "task": "api", "dlq": "queue", "tg": "lb"}[id_.partition("_")[0]]
    FAULTS[id_](deployed.clients, deployed.ledger, {"component": f"{prefix}-two"})
    seen = [verdict(id_, deployed, f"{prefix}-{n}").status for n in ("one", "two")]
    EDITS[repairs_of(id_)[0].id](deployed.clients, deployed.ledger, {"component": f"{prefix}-two"})
    assert seen == ["pass", "fail"]


def test_every_check_can_be_turned_red_in_exactly_one_way() -> None:
    assert {one.id for one in CHECKS.values() if not one.compiled} == set(FAULTS)


def test_every_check_has_a_reader() -> None:
    assert set(READERS) == set(CHECKS)


def test_every_planted_fault_has_a_repair() -> None:
    repairable = {id_ for one in EDITS.values() for id_ in one.repairs}
    assert repairable == set(FAULTS)


@EVERY
def test_companions_in_the_template_agree_with_what_was_read_back(
    id_: str, emulator: Emulator
) -> None:
    """Right and wrong: the same verdict from the template as from the deployed system."""
    check: Check = CHECKS[id_]
    if check.declared is None:
        return
    right = judge_template(check, emulator.system(home(id_)).resources)
    assert right
    assert right.basis == "template"
    assert right.status == "pass", right
    if check.compiled:
        wrong = judge_template(check, emulator.system(f"{home(id_)}-wrong").resources)
        assert wrong
        assert wrong.status == "fail"
