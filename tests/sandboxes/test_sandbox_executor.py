"""Templates deployed to the emulator: everything verified, and nothing left behind."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import deployments
import pytest
from deployments import kinds, small
from sampling import sampled

from archlab.sandboxes.engine import executor
from archlab.sandboxes.engine.contract import Context, Created, Handler, Made
from archlab.sandboxes.engine.events import Event
from archlab.sandboxes.engine.handlers import HANDLERS
from archlab.sandboxes.engine.strict import Properties

NOT_DELETED = {"AWS::ElastiCache::SubnetGroup"}
"""The emulator cannot delete these, and the ledger says so."""
LOGS = "AWS::Logs::LogGroup"


@pytest.fixture(autouse=True)
def emulated() -> Iterator[None]:
    with deployments.emulator():
        yield


def deployed(name: str, **parameters: str) -> tuple[executor.Deployment, list[Event]]:
    plan = deployments.plan(deployments.body(name), parameters, deployments.region(name))
    deployment = deployments.deployment(plan, deployments.template(name).component_of)
    return deployment, list(deployment.create())


def verified(events: list[Event]) -> set[str]:
    return {event.logical_id for event in events if event.kind == "VERIFIED"}


@pytest.mark.parametrize("name", sampled(deployments.names(), 2))
def test_a_documented_system_is_made_verified_and_torn_down(name: str) -> None:
    deployment, events = deployed(name)
    assert not deployment.failed, [one for one in events if one.kind == "CREATE_FAILED"]
    assert verified(events) == set(deployment.plan.order)
    types = {one: deployment.ledger[one].type for one in deployment.ledger}
    gone = list(deployment.destroy())
    left = {one.logical_id for one in gone if one.kind == "DELETE_NOT_SUPPORTED_ON_TARGET"}
    assert {types[one] for one in deployment.leftovers} <= NOT_DELETED
    assert set(deployment.leftovers) == left
    assert gone[-1] == Event("TORN_DOWN", args={"leftovers": [*deployment.leftovers]})


def test_what_a_condition_adds_is_made_too() -> None:
    name = "ec2-to-lambda/ec2"
    plain = set(deployments.plan(deployments.body(name)).order)
    deployment, events = deployed(name, DomainName="shop.example")
    assert not deployment.failed, events[-1]
    assert verified(events) - plain == {"LbCertificate", "LbSecure"}


def test_the_steps_of_a_run_are_the_same_each_time() -> None:
    plan = deployments.plan(small())
    first = list(deployments.deployment(plan).create())
    assert kinds(first) == [
        ("PLANNED", ""),
        *[(kind, "Logs") for kind in ("CREATING", "CREATED", "VERIFIED")],
        *[(kind, "Topic") for kind in ("CREATING", "CREATED", "VERIFIED")],
        *[(kind, "Alarm") for kind in ("CREATING", "CREATED", "VERIFIED")],
        ("DEPLOYED", ""),
    ]


def test_the_ledger_names_the_component_of_each_resource() -> None:
    deployment, _ = deployed("lambda-to-fargate/serverless")
    components = deployments.template("lambda-to-fargate/serverless").component_of
    assert {n: made.component for n, made in deployment.ledger.items()} == {
        name: components.get(name, "") for name in deployment.plan.order
    }
    assert [one.logical_id for one in deployment.ledger.of("AWS::Lambda::Function")] == ["Function"]
    assert deployment.ledger.of("AWS::Lambda::Function", "nobody") == []


FORGOTTEN = {
    "Cdn": {
        "DistributionConfig.Origins[0].OriginAccessControlId",
        "DistributionConfig.Origins[0].S3OriginConfig",
    },
    "Api": {"DeploymentConfiguration", "HealthCheckGracePeriodSeconds"},
}


def test_what_the_emulator_forgets_is_said_and_forgotten() -> None:
    """An emulator that remembers one of these fails here, and the mark goes."""
    deployment, events = deployed("ec2-to-lambda/fargate")
    said = {(e.logical_id, e.args["path"]) for e in events if e.kind == "PROPERTY_NOT_STORED"}
    assert said == {(name, path) for name, paths in FORGOTTEN.items() for path in paths}
    clients, ledger = deployments.clients(), deployment.ledger
    edge = clients("cloudfront").get_distribution_config(Id=ledger["Cdn"].physical_id)
    for origin in edge["DistributionConfig"]["Origins"]["Items"]:
        assert not {"OriginAccessControlId", "S3OriginConfig"} & set(origin)
    handle = ledger["Api"].handle
    found = clients("ecs").describe_services(
        cluster=handle["cluster"], services=[handle["service"]]
    )["services"][0]
    assert "deploymentCircuitBreaker" not in found.get("deploymentConfiguration", {})
    assert "healthCheckGracePeriodSeconds" not in found


def test_the_emulator_forgets_where_a_function_logs() -> None:
    deployment, events = deployed("lambda-to-fargate/serverless")
    said = [(e.logical_id, e.args["path"]) for e in events if e.kind == "PROPERTY_NOT_STORED"]
    assert ("Function", "LoggingConfig") in said
    function = deployment.ledger["Function"].physical_id
    found = deployments.clients()("lambda").get_function_configuration(FunctionName=function)
    assert "LoggingConfig" not in found


def test_a_secret_reaches_the_database_and_no_event() -> None:
    name = "eight-services/minimum"
    deployment, events = deployed(name)
    manager = deployments.clients(deployments.region(name))("secretsmanager")
    secret = deployment.ledger["DbSecret"].physical_id
    text = manager.get_secret_value(SecretId=secret)["SecretString"]
    assert '"host"' in text
    password = text.split('"password": "')[1].split('"')[0]
    assert len(password) == 32
    assert password not in repr(events)
    assert password not in repr(deployment.ledger._made)


def patched(patch: pytest.MonkeyPatch, type_: str, **parts: object) -> None:
    changed = dataclasses.replace(HANDLERS[type_], **parts)  # type: ignore[arg-type]
    patch.setattr(executor, "HANDLERS", {**HANDLERS, type_: changed})


def test_a_property_that_a_handler_does_not_read_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def careless(context: Context, _properties: Properties) -> Created:
        context.client("logs").create_log_group(logGroupName=context.name)
        return Created(context.name)

    patched(monkeypatch, LOGS, create=careless)
    deployment = deployments.deployment(deployments.plan(small()))
    *_, last = deployment.create()
    assert (last.kind, last.logical_id) == ("CREATE_FAILED", "Logs")
    assert last.args["message"] == "Resources.Logs.Properties.RetentionInDays: PROPERTY_IGNORED"
    list(deployment.destroy())
    assert deployment.leftovers == ()


def test_a_nested_property_that_nobody_reads_is_found() -> None:
    properties = Properties({"a": {"b": 1, "c": 2}, "d": [{"e": 3}, {"e": 4}], "f": 5}, "here")
    properties.part("a").number("b")
    properties.lists("d")[0].number("e")
    assert list(properties.never_read()) == ["here.a.c", "here.d[1].e", "here.f"]


def test_a_failing_create_stops_the_walk_and_all_is_taken_down(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def failing(_context: Context, _properties: Properties) -> Created:
        raise KeyError("of the emulator")

    patched(monkeypatch, "AWS::SNS::Topic", create=failing)
    deployment = deployments.deployment(deployments.plan(small()))
    events = list(deployment.create())
    assert events[-1].kind == "CREATE_FAILED"
    assert events[-1].args["code"] == "KeyError"
    assert deployment.failed
    assert list(deployment.ledger) == ["Logs"]
    assert kinds(list(deployment.destroy())) == [
        ("DELETING", "Logs"),
        ("DELETED", "Logs"),
        ("TORN_DOWN", ""),
    ]


def test_what_cannot_be_read_back_is_not_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    patched(monkeypatch, LOGS, exists=lambda _context, _made: False)
    deployment = deployments.deployment(deployments.plan(small()))
    events = list(deployment.create())
    assert kinds(events)[-2:] == [("CREATED", "Logs"), ("CREATE_FAILED", "Logs")]
    assert "cannot be read back" in str(events[-1].args["message"])


class Stubborn:
    """A delete that fails for some time."""

    def __init__(self, handler: Handler, times: int) -> None:
        self.handler = handler
        self.times = times

    def delete(self, context: Context, made: Made) -> None:
        self.times -= 1
        if self.times >= 0:
            raise ValueError("DependencyViolation")
        self.handler.delete(context, made)


@pytest.mark.parametrize(
    ("times", "leftovers", "said"), [(2, (), "DELETED"), (3, ("Logs",), "DELETE_FAILED")]
)
def test_a_delete_is_tried_three_times_and_what_stays_is_named(
    monkeypatch: pytest.MonkeyPatch, times: int, leftovers: tuple[str, ...], said: str
) -> None:
    deployment = deployments.deployment(deployments.plan(small()))
    list(deployment.create())
    patched(monkeypatch, LOGS, delete=Stubborn(HANDLERS[LOGS], times).delete)
    events = list(deployment.destroy())
    assert [e.kind for e in events if e.logical_id == "Logs" and e.kind != "DELETING"] == [said]
    assert deployment.leftovers == leftovers


def test_deleting_without_an_effect_is_not_deleting(monkeypatch: pytest.MonkeyPatch) -> None:
    deployment = deployments.deployment(deployments.plan(small()))
    list(deployment.create())
    patched(monkeypatch, LOGS, delete=lambda _context, _made: None)
    *_, said, _last = deployment.destroy()
    assert (said.kind, said.logical_id) == ("DELETE_FAILED", "Logs")
    assert "still there" in str(said.args["message"])


def test_a_walk_that_nobody_follows_makes_nothing_more() -> None:
    deployment = deployments.deployment(deployments.plan(small()))
    walk = deployment.create()
    for event in walk:
        if event.kind == "VERIFIED":
            break
    walk.close()
    assert list(deployment.ledger) == ["Logs"]


def test_a_template_that_is_refused_makes_no_call() -> None:
    calls: list[str] = []

    def clients(service: str) -> object:
        calls.append(service)
        raise AssertionError(service)

    changed = small()
    changed["Resources"]["Alarm"]["Properties"]["Colour"] = "red"
    with pytest.raises(ValueError, match="Colour"):
        executor.Deployment(deployments.plan(changed), clients)
    assert calls == []


def test_deleting_what_is_gone_is_no_error() -> None:
    (name,) = sampled(deployments.names(), 1)
    deployment, _ = deployed(name)
    ledger = deployment.ledger
    list(deployment.destroy())
    for made in reversed(list(ledger.values())):
        if made.type not in NOT_DELETED:
            HANDLERS[made.type].delete(deployment.context(made.logical_id), made)
            assert not HANDLERS[made.type].exists(deployment.context(made.logical_id), made)
