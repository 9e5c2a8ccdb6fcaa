"""The one module that imports plotly, which is there for the tests and for development alone."""

from __future__ import annotations

from importlib.util import find_spec

from archlab.web.charts.figures import Spec


def validated(spec: Spec) -> Spec:
    """The same spec; ValueError names a property, a colour or a type that Plotly would not take."""
    from plotly import graph_objects

    graph_objects.Figure(spec)
    return spec


def installed() -> bool:
    return find_spec("plotly") is not None
