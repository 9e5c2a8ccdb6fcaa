"""The pages alone, for servers that speak WSGI: live pages then poll instead of streaming."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archlab.settings")
application = get_wsgi_application()

from archlab.operations.checks import refuse_unsafe_settings  # noqa: E402 - needs the settings

refuse_unsafe_settings()

from archlab.calculators.labs.kernel import KERNEL  # noqa: E402

KERNEL.prepare()
