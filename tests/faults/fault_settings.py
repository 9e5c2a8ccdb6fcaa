"""The site as it runs, but for static files under their plain names: collecting them takes long."""

from __future__ import annotations

from archlab.settings import *  # noqa: F403
from archlab.settings import STORAGES as SITE_STORAGES

PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {**SITE_STORAGES, "staticfiles": {"BACKEND": PLAIN}}
