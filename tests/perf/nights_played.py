"""CPU of a turn of a night: the move, its answer's redirect and the night's part, as a browser."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from calculators import client_in, spread

if TYPE_CHECKING:
    from django.test import Client

    from archlab.drills.queries import Offered

ROUNDS = 3
WAITS = ("wait:1", "wait:1", "wait:5")
SWAP = {"HTTP_HX_REQUEST": "true", "HTTP_HX_REQUEST_TYPE": "partial"}
KEY = re.compile(r'name="key" value="([^"]+)"')


def nights() -> dict[str, object]:
    """Milliseconds of CPU for a turn of each drill: median and 95th percentile."""
    with tempfile.TemporaryDirectory() as folder:
        client = client_in(folder)
        from archlab.drills.queries import offered

        results = {
            f"{one.entry.slug}/{one.drill.id}": spread(
                [ms for _round in range(ROUNDS) for ms in _turns(client, one)]
            )
            for one in offered()
        }
    print(f"{'turn of a night':<28}{'median ms':>10}{'p95 ms':>8}")
    for name, row in results.items():
        print(f"{name:<28}{row['median_ms']:>10.1f}{row['p95_ms']:>8.1f}")
    return {"unit": "CPU ms per turn, in one process", "nights": results}


def _turns(client: Client, one: Offered) -> Iterator[float]:
    """Open everything that can be opened, waiting in between, so that the page is at its fullest.

    Each round is a night of its own: the one before is ended first.
    """
    page = client.post(f"/drills/{one.entry.slug}/{one.drill.id}/start/", follow=True)
    run = page.request["PATH_INFO"]
    html = page.content.decode()
    for panel in one.drill.panels:
        for move in (f"open:{panel.id}", *WAITS):
            if f'value="{move}"' not in html:
                continue
            sent = {"move": move, "key": KEY.search(html)[1]}  # type: ignore[index]
            start = time.process_time()
            answer = client.post(f"{run}turn/", sent, follow=True, **SWAP)  # type: ignore[arg-type]
            yield (time.process_time() - start) * 1000
            html = answer.content.decode()
    if 'id="stop"' in html:
        sent = {"move": "stop", "key": KEY.search(html)[1]}  # type: ignore[index]
        html = client.post(f"{run}turn/", sent, follow=True).content.decode()
    client.post(f"{run}close/", {"key": KEY.search(html)[1]})  # type: ignore[index]
