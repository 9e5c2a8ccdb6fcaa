from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from archlab.domain.architecture import KINDS, Architecture, Component, Group, Link, Value
from archlab.domain.architecture.layout import layout
from archlab.web import lettering
from archlab.web.diagrams import diagram, pair, thumbnail
from archlab.web.diagrams.plate import TEXT_WIDTH


def part(kind: str, id_: str, at: tuple[int, int], **more: Value) -> Component:
    return KINDS[kind].model_validate({"id": id_, "at": at, **more})


VISITOR = part("client", "visitor", (1, 0), label="Visitors")
TASK = part("fargate_service", "api", (2, 3), cpu=256, memory_mib=1024, group="zone-a")
NAT = part("nat_gateway", "nat", (3, 2), group="zone-a", label="NAT <gateway>")
GROUPS = {"vpc": Group("vpc", "VPC", "vpc"), "zone-a": Group("zone-a", "Zone a", "az", "vpc")}


def system(*components: Component, links: tuple[Link, ...] = ()) -> Architecture:
    parts = {component.id: component for component in components}
    return Architecture("s", "A system", "us-east-1", parts, groups=GROUPS, links=links)


BEFORE = system(VISITOR, TASK, links=(Link("visitor", "api"),))
AFTER = system(
    VISITOR, TASK, NAT, links=(Link("visitor", "api"), Link("api", "nat", "calls out", "async"))
)


def parsed(html: str) -> ET.Element:
    return ET.fromstring(html)  # noqa: S314 - our own markup, which must be well-formed


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", html))


def cells(html: str) -> dict[str, str]:
    caption = parsed(html).find("figcaption")
    assert caption is not None
    return {span[0].text or "": span[1].text or "" for span in caption}


def test_a_drawing_is_well_formed_and_has_a_name_and_a_description() -> None:
    svg = parsed(diagram(layout(AFTER))).find(".//svg")
    assert svg is not None
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == "drawing-t drawing-d"
    assert (svg.findtext("title"), svg.findtext("desc")) == (
        "A system",
        "3 parts: Visitors, Fargate service, NAT <gateway>.",
    )


def test_an_authors_description_replaces_the_list_of_parts() -> None:
    assert parsed(diagram(layout(AFTER), alt="One way out.")).findtext(".//desc") == "One way out."


def test_parts_and_links_have_ids_to_glide_by() -> None:
    ids = {e.get("id") for e in parsed(diagram(layout(AFTER))).iter() if e.get("id")}
    assert {"c-visitor", "c-api", "c-nat", "l-visitor-api", "l-api-nat"} <= ids


def test_a_second_drawing_on_a_page_has_ids_of_its_own() -> None:
    first = {e.get("id") for e in parsed(diagram(layout(AFTER))).iter() if e.get("id")}
    second = diagram(layout(AFTER), id_="other")
    assert first.isdisjoint({e.get("id") for e in parsed(second).iter() if e.get("id")})


def test_labels_are_escaped() -> None:
    html = diagram(layout(AFTER))
    assert "NAT &lt;gateway&gt;" in html
    assert "<gateway>" not in html


def test_a_drawing_has_no_inline_style() -> None:
    assert "style=" not in diagram(layout(AFTER, before=BEFORE), revision=12)


def test_the_title_block_says_what_the_picture_shows() -> None:
    assert cells(diagram(layout(AFTER, before=BEFORE), sheet="Step 12")) == {
        "Drawing": "Step 12",
        "Added": "NAT <gateway>",
        "Removed": "nothing",
        "If zone a fails": "Fargate service, NAT <gateway>",
    }


def test_without_a_comparison_the_title_block_claims_no_change() -> None:
    assert set(cells(diagram(layout(AFTER)))) == {"Drawing", "If zone a fails"}


def test_changed_parameters_are_named_with_their_unit() -> None:
    smaller = TASK.with_parameters({"memory_mib": 512, "public_ipv4": True})
    html = diagram(layout(system(VISITOR, smaller), before=BEFORE))
    assert cells(html)["Changed"] == "Fargate service: memory 1024 → 512 MiB, public IPv4 no → yes"


def test_a_link_alone_is_a_change_that_is_said() -> None:
    html = diagram(layout(system(VISITOR, TASK), before=BEFORE))
    assert cells(html)["Removed"] == "the link from Visitors to Fargate service"


def test_a_removed_part_is_a_ghost_with_the_word() -> None:
    html = diagram(layout(BEFORE, before=AFTER))
    ghost = parsed(html).find(".//g[@id='c-nat']")
    assert ghost is not None
    assert ghost.get("data-change") == "removed"
    assert [text.text for text in ghost.iter("text")] == ["NAT <gateway>", "removed"]


def test_a_revision_is_a_cloud_with_a_numbered_triangle() -> None:
    html = diagram(layout(AFTER, before=BEFORE), revision=12)
    assert html.count('class="cloud"') == 1
    assert html.count('class="rev"') == 1
    assert 'class="rev"' not in diagram(layout(AFTER, before=BEFORE))


def test_many_changes_are_red_without_clouds() -> None:
    many = [part("client", f"n{i}", (i % 4 // 2 * 2, i)) for i in range(5)]
    html = diagram(layout(system(*many), before=system(VISITOR)), revision=3)
    assert 'class="cloud"' not in html
    assert html.count('data-change="added"') == 5


def test_prices_hang_on_their_parts() -> None:
    html = diagram(layout(AFTER), tags={"nat": "37.37"})
    tags = [e.text for e in parsed(html).iter("text") if e.get("class") == "usd"]
    assert tags == ["37.37"]


def test_balloons_tie_parts_to_a_parts_list() -> None:
    html = diagram(layout(AFTER), balloons={"nat": (1, 4)}, hot={1})
    balloons = [
        (e.get("class"), e[1].text)
        for e in parsed(html).iter("g")
        if str(e.get("class")).startswith("balloon")
    ]
    assert balloons == [("balloon hot", "1"), ("balloon", "4")]


def test_the_twin_lists_every_part_and_link_by_lane() -> None:
    twin = text_of(diagram(layout(AFTER, before=BEFORE)).partition("<details")[2])
    assert "Outside Visitors → Fargate service" in twin
    assert "Fargate service (0.25 vCPU, 1 GB) → NAT &lt;gateway&gt; (calls out, later, new)" in twin
    assert "Public NAT &lt;gateway&gt; (1 zone, new)" in twin


def test_control_links_have_no_arrow_to_see_but_data_has() -> None:
    links = (Link("visitor", "api", kind="control"), Link("api", "nat", kind="data"))
    heads = [
        e.get("class")
        for e in parsed(diagram(layout(system(VISITOR, TASK, NAT, links=links)))).iter("path")
        if str(e.get("class")).startswith("head")
    ]
    assert heads == ["head data", "head control"] or heads == ["head control", "head data"]


def test_a_long_label_takes_two_lines_and_keeps_its_whole_name() -> None:
    label = "A component with a name that nobody can remember"
    drawing = layout(system(part("client", "long", (0, 0), label=label)))
    group = parsed(diagram(drawing)).find(".//g[@id='c-long']")
    assert group is not None
    assert (group.findtext("title") or "").startswith(label)
    lines = [text.text or "" for text in group.iter("text")]
    assert len(lines) == 2
    assert lines[1].endswith("…")


def test_words_that_fit_are_left_alone() -> None:
    assert lettering.broken("NAT gateway", 15, TEXT_WIDTH) == ("NAT gateway",)
    assert lettering.clipped("0.25 vCPU, 1 GB", 14, TEXT_WIDTH) == "0.25 vCPU, 1 GB"


def test_a_thumbnail_has_no_words_and_marks_what_is_new() -> None:
    html = thumbnail(layout(AFTER, before=BEFORE))
    assert "<text" not in html
    assert html.count('class="new"') == 1
    assert 'aria-hidden="true"' in html


def test_a_thumbnail_leaves_out_what_is_gone() -> None:
    html = thumbnail(layout(BEFORE, before=AFTER))
    assert len(re.findall(r"<path d=", html)) == 2


def test_a_pair_shows_both_ends_of_a_journey() -> None:
    assert pair(BEFORE, AFTER).count('class="mini"') == 2
