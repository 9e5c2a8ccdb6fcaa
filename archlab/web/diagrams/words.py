"""The same as a drawing in words: description, title block, and the list of parts by lane."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archlab.domain.architecture import Diff, ParameterChange, Value
from archlab.domain.architecture.layout import Drawing, Edge, Node

EMPTY = SafeString("")
LANES = {
    "outside": _("Outside"),
    "edge": _("Edge"),
    "public": _("Public"),
    "private": _("Private"),
    "data": _("Data"),
}
MARKS = {"added": _("new"), "removed": _("removed"), "changed": _("changed")}
KINDS = {"sync": "", "async": _("later"), "data": _("data"), "control": _("control")}
UNITS = {"mib": "MiB", "gib": "GiB", "gb": "GB", "ms": "ms", "s": "s", "usd": "USD"}
SPELLED = {
    "cpu": "CPU",
    "vcpu": "vCPU",
    "ipv4": "IPv4",
    "lcu": "LCU",
    "vpc": "VPC",
    "imdsv2": "IMDSv2",
}


def description(drawing: Drawing) -> str:
    """One sentence for the picture as a whole."""
    labels = [node.label for node in drawing.nodes if node.change != "removed"]
    return gettext("%(count)s parts: %(labels)s.") % {
        "count": len(labels),
        "labels": ", ".join(labels),
    }


def title_block(drawing: Drawing, sheet: str, extra: Sequence[tuple[str, str]]) -> SafeString:
    """Ruled cells instead of a caption: what the picture shows, for those who do not see it."""
    rows = [(gettext("Drawing"), sheet or drawing.title, "")]
    if drawing.diff is not None:
        rows += _change_cells(drawing, drawing.diff)
    rows += [(name, text, "") for name, text in extra]
    for zone, labels in drawing.zones.items():
        heading = gettext("If %(zone)s fails") % {"zone": _lower(zone)}
        rows.append((heading, ", ".join(labels), ""))
    return format_html(
        "<figcaption>{}</figcaption>",
        format_html_join(
            "", "<span><b>{}</b><span{}>{}</span></span>", ((n, _red(c), t) for n, t, c in rows)
        ),
    )


def _lower(label: str) -> str:
    """A group's label inside a sentence: "Zone a" becomes "zone a", "VPC" stays."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def _red(css: str) -> SafeString:
    return format_html(' class="{}"', css) if css else EMPTY


def _change_cells(drawing: Drawing, diff: Diff) -> list[tuple[str, str, str]]:
    nothing = gettext("nothing")
    added, removed, changed = change_words(drawing, diff)
    cells = [
        (gettext("Added"), ", ".join(added) or nothing, "red" if added else ""),
        (gettext("Removed"), ", ".join(removed) or nothing, ""),
    ]
    if changed:
        cells.append((gettext("Changed"), "; ".join(changed), "red"))
    return cells


def change_words(drawing: Drawing, diff: Diff) -> tuple[list[str], list[str], list[str]]:
    """What was added, removed and changed, in the labels of the drawing."""
    labels = drawing.labels
    added = [labels[id_] for id_ in diff.added]
    removed = [labels[id_] for id_ in diff.removed]
    if not added:
        added = [_between(labels, link.from_, link.to) for link in diff.links_added]
    if not removed:
        removed = [_between(labels, link.from_, link.to) for link in diff.links_removed]
    by_component: dict[str, list[str]] = {}
    for change in diff.changed:
        by_component.setdefault(change.component, []).append(parameter_words(change))
    changed = [f"{_whose(id_, labels)}: {', '.join(said)}" for id_, said in by_component.items()]
    return added, removed, changed


def _between(labels: Mapping[str, str], from_: str, to: str) -> str:
    ends = {"from": labels[from_], "to": labels[to]}
    return gettext("the link from %(from)s to %(to)s") % ends


def _whose(component: str, labels: Mapping[str, str]) -> str:
    named = {"": gettext("System"), "demand": gettext("Demand")}
    return named.get(component) or labels[component]


def parameter_words(change: ParameterChange) -> str:
    """Such as "memory 1024 → 512 MiB"."""
    *name, last = change.parameter.split("_")
    unit = f" {UNITS[last]}" if name and last in UNITS else ""
    words = name if unit else [*name, last]
    spelled = " ".join(SPELLED.get(word, word) for word in words)
    return f"{spelled} {_value(change.before)} → {_value(change.after)}{unit}"


def _value(value: Value) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    return str(value)


def twin(drawing: Drawing) -> SafeString:
    """Parts and links by lane, for those who read rather than look."""
    rows = (
        (
            LANES[lane],
            format_html_join("", "<li>{}</li>", ((_part(node, drawing),) for node in nodes)),
        )
        for lane, nodes in _by_lane(drawing)
    )
    return format_html(
        '<details class="twin"><summary>{}</summary><dl class="by-lane">{}</dl></details>',
        gettext("Parts and links in words"),
        format_html_join("", "<dt>{}</dt><dd><ul>{}</ul></dd>", rows),
    )


def _by_lane(drawing: Drawing) -> Iterator[tuple[str, list[Node]]]:
    for lane in LANES:
        nodes = sorted(
            (node for node in drawing.nodes if node.lane == lane), key=lambda node: node.cell
        )
        if nodes:
            yield lane, nodes


def _part(node: Node, drawing: Drawing) -> str:
    facts = [node.detail] if node.detail else []
    if node.change:
        facts.append(str(MARKS[node.change]))
    ways = [_way(edge, drawing.labels) for edge in drawing.edges if edge.from_ == node.id]
    known = f" ({', '.join(facts)})" if facts else ""
    return f"{node.label}{known} → {'; '.join(ways)}" if ways else f"{node.label}{known}"


def _way(edge: Edge, labels: Mapping[str, str]) -> str:
    words = [edge.label, str(KINDS[edge.kind]), str(MARKS[edge.change]) if edge.change else ""]
    known = [word for word in words if word]
    return labels[edge.to] + (f" ({', '.join(known)})" if known else "")
