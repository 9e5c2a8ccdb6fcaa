"""The sandbox as ratios to B: one cold child that deploys and tears down the system of seed 003."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from typing import Any

from server import Server, running

B = "vps-to-aws/aws"
PAGE, PAGES = "/scenarios/lambda-to-fargate/", 200
OTHERS = ("lambda-to-fargate/fargate", "ec2-to-lambda/lambda")


def sandbox() -> dict[str, object]:
    """Seconds of B, and everything else as a ratio to it in the same run."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archlab.settings")
    import django

    django.setup()
    seconds, first = _child(B)
    figures = {"first event": first / seconds}
    figures |= {name: _child(name)[0] / seconds for name in OTHERS}
    for count in (2, 4):
        start = time.perf_counter()
        with ThreadPoolExecutor(count) as pool:
            list(pool.map(lambda number: _child(B, number), range(count)))
        figures[f"{count} children at once"] = (time.perf_counter() - start) / seconds
    figures["p95 of a page while four run, to idle"] = _page_beside_four()
    cold, share = _in_process()
    figures["deploying in process, cold"] = cold / seconds
    figures["executor to its own calls"] = share
    print(f"B: {seconds:.2f} s, {os.cpu_count()} cores")
    for name, value in figures.items():
        print(f"{name:<40}{value:>8.2f}")
    rounded = {name: round(value, 3) for name, value in figures.items()}
    return {"b_seconds": round(seconds, 3), "ratios": rounded}


def _child(name: str, number: int = 0) -> tuple[float, float]:
    """Seconds to the end and to the first event of a cold child."""
    import deployments

    from archlab.sandboxes.attempt import Attempt
    from archlab.sandboxes.engine.request import Request, account_of

    request = Request(
        deployments.template(name).text,
        "archlab-bench",
        account_of(1, number),
        deployments.region(name),
        teardown=True,
    )
    start = time.perf_counter()
    events = Attempt(request).events()
    next(events)
    first = time.perf_counter() - start
    list(events)
    return time.perf_counter() - start, first


def _page_beside_four() -> float:
    """p95 of a page's seconds while four children work, to the same without them."""
    with running() as server:
        _p95(server, PAGES)  # warms what is compiled and read once
        idle = _p95(server, PAGES)
        with ThreadPoolExecutor(4) as pool:
            children = [pool.submit(_child, B, number) for number in range(4)]
            beside = _p95(server, PAGES)
            if any(child.done() for child in children):
                raise RuntimeError("a child ended before the pages were measured")
    return beside / idle


def _p95(server: Server, requests: int) -> float:
    """Seconds, one request after the other on one connection."""
    connection, took = server.connect(), []
    for _number in range(requests):
        start = time.perf_counter()
        connection.request("GET", PAGE)
        connection.getresponse().read()
        took.append(time.perf_counter() - start)
    return statistics.quantiles(took, n=20)[-1]


def _in_process() -> tuple[float, float]:
    """Seconds of a deployment, and those seconds to the ones spent inside of boto3's calls."""
    import deployments

    from archlab.sandboxes.engine.clients import Boto
    from archlab.sandboxes.engine.executor import Deployment

    plan = deployments.plan(deployments.body(B), where=deployments.region(B))
    with deployments.emulator():
        timed = _Timed(Boto(deployments.region(B)))
        start = time.perf_counter()
        list(Deployment(plan, timed).create())
        seconds = time.perf_counter() - start
    return seconds, seconds / timed.seconds


class _Timed:
    """Clients that count the seconds of their making and of their calls."""

    def __init__(self, clients: Callable[[str], Any]) -> None:
        self.seconds = 0.0
        self._clients = clients
        self._made: dict[str, _TimedClient] = {}

    def __call__(self, service: str) -> Any:
        if service not in self._made:
            start = time.perf_counter()
            client = self._clients(service)
            self.seconds += time.perf_counter() - start
            self._made[service] = _TimedClient(client, self)
        return self._made[service]


class _TimedClient:
    def __init__(self, client: Any, total: _Timed) -> None:
        self._client = client
        self._total = total

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        if not callable(call):
            return call

        @wraps(call)
        def timed(*args: Any, **named: Any) -> Any:
            start = time.perf_counter()
            try:
                return call(*args, **named)
            finally:
                self._total.seconds += time.perf_counter() - start

        return timed
