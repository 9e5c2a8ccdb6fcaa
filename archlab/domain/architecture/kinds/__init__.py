"""One file per kind of component; `archlab.domain.architecture.registry` finds them."""

from __future__ import annotations
