"""The one model of a system, its changes, and the three needles."""

from __future__ import annotations

from archlab.domain.architecture.assess import Assessment, Latency, assess, latency
from archlab.domain.architecture.change import Change, ChangeRefused, apply
from archlab.domain.architecture.component import Component, Context, Glyph
from archlab.domain.architecture.demand import Demand
from archlab.domain.architecture.diff import Diff, ParameterChange, diff
from archlab.domain.architecture.failure import Assumption, FailureMode
from archlab.domain.architecture.flow import Flow, FlowHop
from archlab.domain.architecture.layout import Drawing, layout
from archlab.domain.architecture.model import Architecture, Group, Link
from archlab.domain.architecture.parameters import Value
from archlab.domain.architecture.registry import KINDS
from archlab.domain.architecture.risk import Downtime, Risk, downtime

__all__ = [
    "KINDS",
    "Architecture",
    "Assessment",
    "Assumption",
    "Change",
    "ChangeRefused",
    "Component",
    "Context",
    "Demand",
    "Diff",
    "Downtime",
    "Drawing",
    "FailureMode",
    "Flow",
    "FlowHop",
    "Glyph",
    "Group",
    "Latency",
    "Link",
    "ParameterChange",
    "Risk",
    "Value",
    "apply",
    "assess",
    "diff",
    "downtime",
    "latency",
    "layout",
]
