"""Labs in packs: what the linter finds in them, and what the model holds."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pack_builders import TEXTS, Break, encoded, found, lint_texts

from archlab.domain.architecture import Change
from archlab.domain.architecture.deployable import Json
from archlab.domain.pack import CODES, load
from archlab.domain.pack.blocks import Lab
from archlab.domain.pack.labs import beyond_gate

TWO, A = "steps/02-second.md", "architectures.yaml"
CHIP = "check: task_arm64, component: api"
ON_AWS = "targets: [embedded, aws]\nregion: us-east-1"

LAB_BREAKS = [
    Break(
        "E208", TWO, "plant: image_tag_not_latest, component: api}", "component: api}", "{id: fl"
    ),
    Break(
        "E209",
        TWO,
        "set: {api.arch: x86_64}}",
        "set: {api.arch: x86_64}, component: api}",
        "{id: wr",
    ),
    Break("E204", TWO, "targets: [embedded], text", "targets: [azure], text", "azure"),
    Break("E205", TWO, "ttl_minutes: 30", "ttl_minutes: 300", "300"),
    Break(
        "E206",
        TWO,
        "task: Deploy the task behind",
        "task: Deploy it\nwas: [x]\ntitle: More",
        "Deploy it",
    ),
    Break("E412", TWO, CHIP, "check: task_arm64, component: apy", "apy"),
    Break("E415", TWO, "[choose-size]\npoints: 2", "[choose-sise]\npoints: 2", "choose-sise"),
    Break("E418", TWO, CHIP, CHIP + ", claim: c9-99", "c9-99"),
    Break("E421", TWO, CHIP, CHIP + ", args: {most: 3}", "most: 3"),
    Break("E421", TWO, "set: {api.arch: x86_64}", "set: {api.arhc: x86_64}", "api.arhc"),
    Break("E426", TWO, "actions: [change_image_tag]", "actions: [pull_it]", "pull_it"),
    Break("E428", TWO, "fault: wrong-chip}", "fault: wrong-ship}", "wrong-ship"),
    Break("E429", TWO, "ttl_minutes: 30", "ttl_minutes: 30\npaired: cuts", "cuts\nregion"),
    Break(
        "E430",
        TWO,
        "solution: {set: {api",
        "solution: {remove: [api], set: {api",
        "api.memory_mib: 512}}\ncannot",
    ),
    Break("E801", TWO, "check: task_arm64", "check: task_arm46", "task_arm46"),
    Break("E801", TWO, "plant: image_tag_not_latest", "plant: image_tag", "image_tag,"),
    Break(
        "E802",
        TWO,
        "solution: {set: {api.memory_mib: 512}}",
        "solution: {add: {mail: {kind: websocket_api, at: [9, 3]}}}",
        "start\ntask",
    ),
    Break("E803", TWO, CHIP, "check: spot_asg, targets: [ministack]", "spot_asg"),
    Break("E804", TWO, "component: api, fault: wrong-chip}", "component: api}", "wrong-chip"),
    Break("E805", TWO, "region: us-east-1\nsol", ON_AWS + "\nsol", "[embedded, aws]"),
    Break("E805", TWO, "region: us-east-1\nsol", ON_AWS + "\nmax_usd: 0.01\nsol", "0.01\nsol"),
    Break("E807", TWO, "set: {api.arch: x86_64}", "set: {api.arch: arm64}", "{api.arch"),
    Break("E807", TWO, "plant: image_tag_not_latest", "plant: lambda_arm64", "lambda_arm64"),
    Break("E808", TWO, "region: us-east-1", "region: eu-north-1", "eu-north-1"),
    Break(
        "E809",
        TWO,
        "region: us-east-1\nsolution: {set: {api.memory_mib: 512}}",
        ON_AWS + "\nmax_usd: 1\nsolution: {set: {api.tasks: 3}}",
        "[embedded, aws]",
    ),
    Break(
        "W810",
        TWO,
        "cannot_show: [Whether the task starts]\n",
        "",
        "objectives: [choose-size]\npoints",
    ),
]


@pytest.mark.parametrize("broken", LAB_BREAKS, ids=str)
def test_a_mistake_in_a_lab_is_found_where_it_stands(broken: Break) -> None:
    assert found(lint_texts(broken.texts)) == [(broken.code, *broken.place)]


def test_every_code_of_labs_is_known() -> None:
    assert {broken.code for broken in LAB_BREAKS} <= set(CODES)


def lab() -> Lab:
    block = load(encoded(TEXTS)).block("readback")
    assert isinstance(block, Lab)
    return block


def test_a_lab_holds_its_changes_made() -> None:
    assert lab().solution == Change(set={"api.memory_mib": "512"})
    chip, floating = lab().faults
    assert chip.change == Change(set={"api.arch": "x86_64"})
    assert (floating.change, floating.plant) == (None, "image_tag_not_latest")
    assert lab().max_usd == Decimal(0)


def test_a_check_is_asked_on_the_targets_of_its_lab_unless_it_names_its_own() -> None:
    chip, tag = lab().checks
    both = lab().model_copy(update={"targets": ("embedded", "aws")})
    assert both.targets_of(chip) == ("embedded", "aws")
    assert both.targets_of(tag) == ("embedded",)


def test_a_lab_never_counts_for_the_score_of_the_journey() -> None:
    assert (lab().points, lab().weight) == (0, 2)


@pytest.mark.parametrize(
    ("type_", "most"),
    [
        ("AWS::EC2::NatGateway", 1),
        ("AWS::ElasticLoadBalancingV2::LoadBalancer", 1),
        ("AWS::RDS::DBInstance", 1),
        ("AWS::CloudFront::Distribution", 0),
    ],
)
def test_the_gate_counts_what_is_dear_or_slow(type_: str, most: int) -> None:
    def body(count: int) -> dict[str, Json]:
        return {"Resources": {f"R{n}": {"Type": type_} for n in range(count)}}

    assert list(beyond_gate(body(most))) == []
    assert len(list(beyond_gate(body(most + 1)))) == 1


def test_the_gate_refuses_a_database_in_two_zones() -> None:
    single: Json = {"Type": "AWS::RDS::DBInstance", "Properties": {"MultiAZ": False}}
    assert list(beyond_gate({"Resources": {"Db": single}})) == []
    double: Json = {"Type": "AWS::RDS::DBInstance", "Properties": {"MultiAZ": True}}
    assert len(list(beyond_gate({"Resources": {"Db": double}}))) == 1
