from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from latency_chains import shares

from archlab.domain.latency import GrowsWithoutEnd, closed_network, mmc, open_network

VISITS = [16, 10, 5]
SERVICE = [0.125, 0.3, 0.2]


def test_a_tandem_of_single_servers_adds_their_responses() -> None:
    network = open_network(1.0, [1, 1], [0.5, 0.2])
    assert network.response == pytest.approx(1 / (2 - 1) + 1 / (5 - 1))
    assert network.queue_length == pytest.approx((1.0, 0.25))


def test_a_station_of_several_servers_waits_as_erlang_says() -> None:
    network = open_network(9.0, [1, 2], [0.2, 0.01], servers=[4, 1])
    assert network.response_per_visit[0] == pytest.approx(mmc(9, 5, 4).w)
    assert network.throughput == (9.0, 18.0)


def test_an_overloaded_station_is_named_with_its_growth() -> None:
    with pytest.raises(GrowsWithoutEnd, match=r"station 2 at utilisation 1\.5") as refused:
        open_network(3.0, [1, 2], [0.1, 0.25])
    assert refused.value.growth == pytest.approx(2.0)


def test_mean_value_analysis_equals_the_chain_of_all_states() -> None:
    """Three users, two stations, a think time: 10 states, solved by brute force."""
    users, think, service = 3, 2.0, (0.5, 0.8)
    states = [pair for pair in product(range(users + 1), repeat=2) if sum(pair) <= users]
    number = {pair: index for index, pair in enumerate(states)}
    rates = np.zeros((len(states), len(states)))
    for (one, two), index in number.items():
        thinking = users - one - two
        if thinking:
            rates[index, number[one + 1, two]] = thinking / think
        if one:
            rates[index, number[one - 1, two + 1]] = 1 / service[0]
        if two:
            rates[index, number[one, two - 1]] = 1 / service[1]
    part = shares(rates)
    lengths = [sum(part[number[pair]] * pair[station] for pair in states) for station in (0, 1)]
    busy = sum(part[number[pair]] for pair in states if pair[0]) / service[0]
    network = closed_network(users, think, [1, 1], service)
    assert network.queue_length == pytest.approx(lengths, rel=1e-12)
    assert network.rate == pytest.approx(busy, rel=1e-12)


def test_one_user_never_waits() -> None:
    network = closed_network(1, 4.0, VISITS, SERVICE)
    assert network.response_per_visit == pytest.approx(SERVICE)
    assert network.rate == pytest.approx(1 / (4 + 6))


def test_nobody_makes_no_requests() -> None:
    network = closed_network(0, 4.0, VISITS, SERVICE)
    assert (network.rate, network.queue_length) == (0.0, (0.0, 0.0, 0.0))


def test_many_users_are_held_to_what_the_slowest_station_does() -> None:
    network = closed_network(500, 4.0, VISITS, SERVICE)
    assert network.rate == pytest.approx(1 / 3)
    assert network.utilisation[1] == pytest.approx(1.0)


@pytest.mark.parametrize("users", [1, 7, 60])
def test_every_user_is_somewhere(users: int) -> None:
    network = closed_network(users, 4.0, VISITS, SERVICE)
    thinking = 4.0 * network.rate
    assert math.fsum(network.queue_length) + thinking == pytest.approx(users)
    assert network.response == pytest.approx(users / network.rate - 4.0)


@pytest.mark.parametrize(
    ("visits", "service", "sentence"),
    [
        ([], [], "no stations"),
        ([1], [1, 2], "1 visits, 2 service times"),
        ([-1], [1], "visits -1: write a number from 0 up"),
        ([1], [0], "service time 0: write a number above 0"),
        ([0, 0], [1, 1], "no station is ever visited"),
    ],
)
def test_stations_that_make_no_sense_are_refused(
    visits: list[float], service: list[float], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        closed_network(2, 1.0, visits, service)
    with pytest.raises(ValueError, match=sentence):
        open_network(0.1, visits, service)


def test_users_and_servers_are_counted_in_whole_numbers_from_0() -> None:
    with pytest.raises(ValueError, match="-1 users"):
        closed_network(-1, 1.0, [1], [1])
    with pytest.raises(ValueError, match="think time nan"):
        closed_network(1, math.nan, [1], [1])
    with pytest.raises(ValueError, match="2 counts of servers for 1 stations"):
        open_network(1.0, [1], [0.1], servers=[1, 1])
