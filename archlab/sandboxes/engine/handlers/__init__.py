"""Resource type -> its handler."""

from __future__ import annotations

from collections.abc import Mapping

from archlab.sandboxes.engine.contract import Handler
from archlab.sandboxes.engine.handlers import ec2_network

_MODULES = (ec2_network,)

HANDLERS: Mapping[str, Handler] = {one.type: one for module in _MODULES for one in module.HANDLERS}
