from __future__ import annotations

import re

from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import resolve
from django.urls.exceptions import Resolver404

from archlab.web import styleguide

PAGE = render_to_string("web/styleguide.html", styleguide.samples(), RequestFactory().get("/"))


def test_the_style_guide_shows_every_component() -> None:
    for css in ("needles", "plate", "choice", "row", "lines", "claim", "ledger", "months", "stops"):
        assert f'class="{css}' in PAGE or f' {css}"' in PAGE


def test_every_id_on_the_page_is_there_once() -> None:
    ids = re.findall(r'\bid="([^"]+)"', PAGE)
    assert len(ids) == len(set(ids))


def test_every_reference_on_the_page_leads_somewhere() -> None:
    ids = set(re.findall(r'\bid="([^"]+)"', PAGE))
    wanted = {
        word
        for value in re.findall(r'(?:aria-labelledby|aria-describedby|for)="([^"]+)"', PAGE)
        for word in value.split()
    }
    assert wanted <= ids


def test_it_is_not_there_for_the_public() -> None:
    try:
        found = resolve("/styleguide/").func.__name__
    except Resolver404:
        found = ""
    assert found != "styleguide"
