from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from architecture_builders import part, system
from hypothesis import given, settings
from hypothesis import strategies as st

from archlab.domain.architecture import Architecture, Group, Link
from archlab.domain.architecture.layout import (
    CLOUD_PAD,
    Drawing,
    Node,
    layout,
)
from archlab.domain.architecture.places import Box, parts, text_box
from archlab.domain.architecture.routing import NODE_HEIGHT, NODE_WIDTH, left_of, top_of

VISITOR = part("client", "visitor", at=(1, 0), label="Visitors")
CDN = part("cloudfront", "cdn", at=(1, 1))
BALANCER = part("alb", "lb", at=(1, 2), group="vpc")
TASK = part("fargate_service", "api", at=(2, 3), cpu=256, memory_mib=1024, group="zone-a")
NAT = part("nat_gateway", "nat", at=(3, 2), group="zone-a")
BUCKET = part("s3_bucket", "assets", at=(0, 4))
LINKS = (
    Link("visitor", "cdn"),
    Link("cdn", "assets", kind="data"),
    Link("cdn", "lb"),
    Link("lb", "api"),
)
BEFORE = system(VISITOR, CDN, BALANCER, TASK, BUCKET, links=LINKS)
AFTER = system(
    VISITOR, CDN, BALANCER, TASK, BUCKET, NAT, links=(*LINKS, Link("api", "nat", "calls out"))
)


def node(drawing: Drawing, id_: str) -> Node:
    found = drawing.node(id_)
    assert found is not None
    return found


def inside(inner: Box, outer: Box) -> bool:
    return (
        inner.x >= outer.x
        and inner.y >= outer.y
        and inner.right <= outer.right
        and inner.bottom <= outer.bottom
    )


def frame(drawing: Drawing, id_: str) -> Box:
    return next(frame.box for frame in drawing.frames if frame.id == id_)


def test_a_node_stands_on_its_cell() -> None:
    assert node(layout(AFTER), "nat").box == Box(left_of(3), top_of(2), NODE_WIDTH, NODE_HEIGHT)


def test_a_change_moves_no_node_that_stays() -> None:
    before, after = layout(BEFORE), layout(AFTER, before=BEFORE)
    assert {n.id: n.box for n in before.nodes}.items() <= {n.id: n.box for n in after.nodes}.items()


def test_a_small_system_is_drawn_on_the_same_sheet_as_a_large_one() -> None:
    small, large = layout(system(VISITOR)), layout(AFTER)
    assert (small.width, small.height) == (large.width, large.height)
    assert [lane.name for lane in small.lanes] == ["outside", "edge", "public", "private", "data"]


def test_the_sheet_grows_with_a_fifth_column() -> None:
    wide = layout(system(part("client", "visitor", at=(4, 0))))
    assert wide.width - layout(AFTER).width == left_of(1) - left_of(0)


def test_what_has_no_place_takes_the_first_free_one_of_its_lane() -> None:
    drawing = layout(system(BUCKET, part("log_group", "logs"), part("kms_keys", "keys", keys=1)))
    assert node(drawing, "logs").cell == (1, 4)
    assert node(drawing, "keys").cell == (2, 4)


def test_lower_rows_belong_to_the_last_lane() -> None:
    drawing = layout(system(part("s3_bucket", "deep", at=(0, 6))))
    assert node(drawing, "deep").lane == "data"
    assert drawing.height > layout(BEFORE).height


def test_added_removed_and_changed_parts_are_marked() -> None:
    task = TASK.with_parameters({"memory_mib": 512})
    after = system(VISITOR, CDN, BALANCER, task, NAT, links=LINKS[:1])
    marks = {n.id: n.change for n in layout(after, before=BEFORE).nodes}
    assert marks == {
        "visitor": None,
        "cdn": None,
        "lb": None,
        "api": "changed",
        "nat": "added",
        "assets": "removed",
    }


def test_a_changed_part_keeps_what_it_said_before() -> None:
    task = TASK.with_parameters({"memory_mib": 512})
    changed = node(layout(system(task), before=system(TASK)), "api")
    assert (changed.was, changed.detail) == ("0.25 vCPU, 1 GB", "0.25 vCPU, 0.5 GB")


def test_links_are_marked_too_and_ghosts_keep_theirs() -> None:
    removed = layout(BEFORE, before=AFTER)
    ghost = next(edge for edge in removed.edges if edge.to == "nat")
    assert (ghost.change, ghost.label_at) == ("removed", None)
    added = layout(AFTER, before=BEFORE)
    assert [edge.to for edge in added.edges if edge.change == "added"] == ["nat"]


def test_a_ghost_gives_way_to_what_stands_on_its_place_but_keeps_its_name() -> None:
    other = part("ssm_parameters", "parameters", at=(0, 4), label="Parameters")
    drawing = layout(system(VISITOR, other), before=system(VISITOR, BUCKET))
    assert [n.id for n in drawing.nodes] == ["visitor", "parameters"]
    assert drawing.labels["assets"] == BUCKET.label


def test_without_a_comparison_nothing_is_marked() -> None:
    drawing = layout(AFTER)
    assert drawing.diff is None
    assert {n.change for n in drawing.nodes} == {None}
    assert (drawing.clouds, drawing.mark_at) == ((), None)


def test_frames_hold_their_members_and_the_frames_inside_them() -> None:
    drawing = layout(AFTER)
    assert inside(node(drawing, "api").box, frame(drawing, "zone-a"))
    assert inside(node(drawing, "nat").box, frame(drawing, "zone-a"))
    assert inside(frame(drawing, "zone-a"), frame(drawing, "vpc"))
    assert [f.id for f in drawing.frames] == ["vpc", "zone-a"]


def test_groups_that_are_each_others_parent_do_not_hang_the_drawing() -> None:
    circle = {"a": Group("a", "A", "vpc", "b"), "b": Group("b", "B", "az", "a")}
    task = part("fargate_service", "api", at=(2, 3), cpu=256, memory_mib=512, group="a")
    assert layout(replace(system(task), groups=circle)).frames


def test_a_zone_names_what_falls_with_it() -> None:
    assert layout(AFTER).zones == {"Zone a": (TASK.label, NAT.label)}


def test_neighbours_that_changed_together_share_a_cloud() -> None:
    pair = [part("kms_keys", "keys", at=(1, 4), keys=1), part("log_group", "logs", at=(2, 4))]
    drawing = layout(system(VISITOR, *pair), before=system(VISITOR))
    together = node(drawing, "keys").box.grown(CLOUD_PAD), node(drawing, "logs").box
    assert len(drawing.clouds) == 1
    assert inside(together[0], drawing.clouds[0])
    assert inside(together[1], drawing.clouds[0])


def test_the_revision_mark_stands_on_the_sheet_and_on_no_node() -> None:
    drawing = layout(AFTER, before=BEFORE)
    assert drawing.mark_at is not None
    x, y = drawing.mark_at
    triangle = Box(x - 16, y, 32, 28)
    assert inside(triangle, Box(0, 0, drawing.width, drawing.height))
    assert not any(triangle.meets(n.box) for n in drawing.nodes)


def test_a_link_label_covers_no_node_and_no_other_link() -> None:
    drawing = layout(AFTER)
    edge = next(edge for edge in drawing.edges if edge.label)
    assert edge.label_at is not None
    text = text_box(edge.label, edge.label_at)
    assert not any(text.meets(n.box) for n in drawing.nodes)
    assert not any(text.meets(part) for other in drawing.edges for part in parts(other.points))


def test_straight_neighbours_are_joined_by_a_straight_line() -> None:
    down = next(edge for edge in layout(AFTER).edges if edge.from_ == "visitor")
    middle = left_of(1) + NODE_WIDTH // 2
    assert down.points == ((middle, top_of(0) + NODE_HEIGHT), (middle, top_of(1)))


def test_the_same_question_is_answered_from_memory() -> None:
    assert layout(AFTER, before=BEFORE) is layout(AFTER, before=BEFORE)


CELLS = st.tuples(st.integers(0, 4), st.integers(0, 4))


@st.composite
def crowds(draw: st.DrawFn) -> Architecture:
    cells = draw(st.lists(CELLS, min_size=2, max_size=12, unique=True))
    nodes = [part("client", f"n{i}", at=cell) for i, cell in enumerate(cells)]
    ways = list(combinations([n.id for n in nodes], 2))
    chosen = draw(st.lists(st.sampled_from(ways), max_size=10, unique=True))
    return system(*nodes, links=[Link(a, b) for a, b in chosen])


@settings(max_examples=40)
@given(crowds())
def test_links_turn_at_right_angles_from_edge_to_edge_and_run_through_no_node(
    crowd: Architecture,
) -> None:
    drawing = layout(crowd)
    boxes = {n.id: n.box for n in drawing.nodes}
    for edge in drawing.edges:
        for part_ in parts(edge.points):
            assert 1 in (part_.width, part_.height)
            cut = Box(part_.x + 1, part_.y + 1, part_.width - 2, part_.height - 2)
            assert not any(cut.meets(Box(b.x, b.y, b.width, b.height)) for b in boxes.values())
        assert on_border(edge.points[0], boxes[edge.from_])
        assert on_border(edge.points[-1], boxes[edge.to])


def on_border(point: tuple[int, int], box: Box) -> bool:
    x, y = point
    upright = x in (box.x, box.right) and box.y <= y <= box.bottom
    return upright or (y in (box.y, box.bottom) and box.x <= x <= box.right)


@settings(max_examples=20)
@given(crowds())
def test_a_drawing_is_the_same_each_time(crowd: Architecture) -> None:
    first = layout(crowd)
    layout.cache_clear()
    assert layout(crowd) == first


@pytest.mark.parametrize("row", range(5))
def test_two_links_between_the_same_columns_do_not_lie_on_each_other(row: int) -> None:
    left = [part("client", f"a{i}", at=(0, i)) for i in range(5)]
    right = part("client", "b", at=(2, row))
    drawing = layout(system(*left, right, links=[Link(n.id, "b") for n in left]))
    lines = [list(parts(edge.points)) for edge in drawing.edges]
    covered = [
        (a, b)
        for one, other in combinations(lines, 2)
        for a in one
        for b in other
        if a.meets(b) and (a.width == b.width == 1 or a.height == b.height == 1)
    ]
    assert len(covered) <= 2  # five links for three ports on a side
