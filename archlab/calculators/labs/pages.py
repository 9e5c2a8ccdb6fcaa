"""Every lab's page by the last part of its address, and the runs that can be asked for on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from django.http import QueryDict
from django.utils.translation import gettext as _

from archlab.calculators.labs.all import LABS
from archlab.calculators.labs.background import Background
from archlab.calculators.labs.load import load_page
from archlab.calculators.labs.page import LabPage, lab_page
from archlab.domain.pack.settings import SettingRefused
from archlab.web.errors import Refused

PAGES: Mapping[str, Callable[[QueryDict], LabPage]] = MappingProxyType(
    {"load": load_page, **{slug: partial(lab_page, lab) for slug, lab in LABS.items()}}
)


class BadSettings(Refused):
    """An address that sets what cannot be."""

    status = 422


def ordered(page: LabPage) -> Background:
    """The run of an address. Raises BadSettings for one that has none."""
    for problem in page.misread.values():
        raise BadSettings(problem)
    try:
        background = page.background
    except SettingRefused as refused:
        raise BadSettings(str(refused)) from refused
    if background is None:
        raise BadSettings(_("There is nothing here to run in the background."))
    return background
