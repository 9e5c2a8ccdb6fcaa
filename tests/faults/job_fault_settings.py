"""The product's settings with times that a test can wait for, and with jobs to break."""

from __future__ import annotations

from archlab.settings import *  # noqa: F403
from archlab.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "fault_app.FaultApp"]
JOB_LEASE_S = 6
JOB_RECONCILE_S = 2
JOB_STALE_S = 8
