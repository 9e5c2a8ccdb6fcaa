from __future__ import annotations

from archlab.settings import *  # noqa: F403

ROOT_URLCONF = "bench_urls"
