from __future__ import annotations

from fault_settings import *  # noqa: F403

ROOT_URLCONF = "unguarded_urls"
