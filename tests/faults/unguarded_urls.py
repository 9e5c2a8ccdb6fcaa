"""The site without the guard of the key: the control that shows what it keeps away."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from archlab import urls
from archlab.journeys import actions


def _unknown(*_: Any) -> None:
    return None


def _any_key(*_: Any) -> UUID:
    return uuid4()


setattr(actions, "_known", _unknown)  # noqa: B010 - a private name, on purpose
setattr(actions, "_expected", _any_key)  # noqa: B010

urlpatterns = urls.urlpatterns
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500
