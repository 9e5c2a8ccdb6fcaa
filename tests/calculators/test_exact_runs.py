"""A run in the background: asked for once, shared, cancelled, cut off, failed, shown."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import builders
import pytest
from django.http import QueryDict
from django.test import Client
from django_q.models import OrmQ

from archlab.calculators import actions, tasks
from archlab.calculators.labs import experiment, trial
from archlab.calculators.labs.all import LABS
from archlab.calculators.labs.experiment import Order
from archlab.calculators.labs.kernel import KERNEL
from archlab.calculators.labs.pages import PAGES, ordered
from archlab.calculators.models import SILENCE, ExactRun
from archlab.domain.latency import Dist, Hop, RequestPath, Retry, Traffic

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SHORT = "shape=steady&rate=2&factor=1&minutes=5"
LONG = "rate=100&minutes=60"
HUGE = "rate=400&factor=10&minutes=60&retries=5"
State = ExactRun.State
FRAGMENT: dict[str, Any] = {"HTTP_HX_REQUEST": "true", "HTTP_HX_REQUEST_TYPE": "partial"}

pytestmark = pytest.mark.django_db


def order(address: str = SHORT) -> Order:
    return ordered(PAGES["surge"](QueryDict(address))).order


def clock() -> datetime:
    return NOW


def asked(address: str = SHORT) -> ExactRun:
    return actions.ask(order=order(address), now=NOW)


def carry_out(address: str = SHORT, clock: Callable[[], datetime] = clock) -> ExactRun:
    actions.carry_out(key=order(address).key, clock=clock)
    return ExactRun.objects.get(key=order(address).key)


def send(client: Client, act: str, address: str = SHORT) -> Any:
    return client.post(f"/calculators/surge/{act}/?guess=skip&{address}")


def see(client: Client, address: str = SHORT, **headers: Any) -> str:
    page = client.get(f"/calculators/surge/?guess=skip&{address}", **headers)
    return str(page.content.decode())


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three replications are enough for a test."""
    monkeypatch.setattr(trial, "MOST_EXACTLY", 3)


# ---- asking


def test_asking_twice_is_one_run_and_one_message() -> None:
    assert asked() == asked()
    assert ExactRun.objects.get().state == State.QUEUED
    assert OrmQ.objects.count() == 1


def test_the_message_says_nothing_but_the_key() -> None:
    run = asked()
    message = OrmQ.objects.get().task
    assert (message["func"], message["args"]) == (actions.TASK, (run.key,))
    assert message["timeout"] == actions.LIMIT_S


def test_the_key_hangs_on_everything_that_the_result_depends_on() -> None:
    addresses = [SHORT, f"{SHORT}&tasks=2", f"{SHORT}&timeout=10", LONG]
    assert len({order(one).key for one in addresses}) == len(addresses)
    backwards = "&".join(reversed(SHORT.split("&")))
    assert order(backwards).key == order(f"{SHORT}&guess=7").key == order().key


def test_another_lab_behind_the_same_address_is_another_run() -> None:
    changed = Order("surge", order().address, order(f"{SHORT}&query=201").trial)
    assert changed.key != order().key


def test_what_no_worker_could_hold_is_refused_and_nothing_is_kept() -> None:
    with pytest.raises(actions.TooLarge, match="at most 16000000 can be simulated one by one"):
        asked(HUGE)
    assert not ExactRun.objects.exists()
    assert not OrmQ.objects.exists()


def test_only_so_many_may_wait() -> None:
    for tasks_ in range(1, actions.MOST_UNDER_WAY + 1):
        asked(f"{SHORT}&tasks={tasks_}")
    with pytest.raises(actions.QueueFull, match="8 exact runs wait already"):
        asked(f"{SHORT}&tasks=20")
    assert asked(f"{SHORT}&tasks=1").state == State.QUEUED
    assert ExactRun.objects.count() == OrmQ.objects.count() == actions.MOST_UNDER_WAY


def test_runs_that_ended_three_months_ago_are_forgotten() -> None:
    old = asked(f"{SHORT}&tasks=2")
    actions.cancel(key=old.key, now=NOW - actions.KEPT - timedelta(seconds=1))
    asked()
    assert not ExactRun.objects.filter(key=old.key).exists()


# ---- running


@pytest.mark.usefixtures("few")
def test_the_result_is_that_of_the_same_trial_run_at_once() -> None:
    asked()
    run = carry_out()
    assert (run.state, run.done, run.of, run.ended_at) == (State.DONE, 3, 3, NOW)
    page = PAGES["surge"](QueryDict(SHORT + "&guess=skip"))
    assert page.background
    kept, fresh = page.background.result, order().trial.run_exactly(lambda _done: None)
    assert kept is not None
    assert kept.offered.tolist() == fresh.offered.tolist()
    assert (kept.p99, kept.mean) == (fresh.p99, fresh.mean)


@pytest.mark.usefixtures("few")
def test_a_message_that_comes_twice_runs_once() -> None:
    asked()
    first = carry_out()
    again = carry_out(clock=lambda: NOW + timedelta(days=1))
    assert (again.attempt, again.ended_at) == (first.attempt, NOW) == (1, NOW)


@pytest.mark.usefixtures("few")
def test_two_workers_never_run_the_same_order_at_once() -> None:
    asked()
    actions._claimed(order().key, NOW)
    second = carry_out()
    assert (second.state, second.attempt, second.done) == (State.RUNNING, 1, 0)


@pytest.mark.usefixtures("few")
def test_one_cancelled_in_the_queue_is_never_run() -> None:
    run = asked()
    actions.cancel(key=run.key, now=NOW)
    after = carry_out()
    assert (after.state, after.attempt, after.result) == (State.CANCELLED, 0, None)


@pytest.mark.usefixtures("few")
def test_one_cancelled_at_work_ends_after_its_replication() -> None:
    asked()
    beats: list[int] = []

    def cancelling() -> datetime:
        beats.append(ExactRun.objects.get().done)
        if len(beats) == 3:  # the claim, the first replication, the second
            actions.cancel(key=order().key, now=NOW)
        return NOW

    after = carry_out(clock=cancelling)
    assert (after.state, after.done, after.result) == (State.CANCELLED, 1, None)
    assert len(beats) == 3


@pytest.mark.usefixtures("few")
def test_one_that_was_cancelled_and_asked_for_again_belongs_to_the_new_worker() -> None:
    asked()

    def replaced() -> datetime:
        run = ExactRun.objects.get()
        if run.done == 1 and run.attempt == 1:
            actions.cancel(key=run.key, now=NOW)
            asked()
            actions._claimed(run.key, NOW)
        return NOW

    after = carry_out(clock=replaced)
    assert (after.state, after.attempt, after.done) == (State.RUNNING, 2, 0)


@pytest.mark.usefixtures("few")
def test_one_that_was_cut_off_can_be_started_again_and_ends() -> None:
    asked()
    actions._claimed(order().key, NOW)  # and then the machine went down
    soon, later = NOW + SILENCE - timedelta(seconds=1), NOW + SILENCE
    assert actions.ask(order=order(), now=soon).state == State.RUNNING
    assert OrmQ.objects.count() == 1
    assert actions.ask(order=order(), now=later).state == State.QUEUED
    assert OrmQ.objects.count() == 2
    assert carry_out().state == State.DONE


@pytest.mark.usefixtures("few")
def test_a_message_given_out_again_after_a_crash_goes_on_by_itself() -> None:
    asked()
    actions._claimed(order().key, NOW)
    assert carry_out(clock=lambda: NOW + SILENCE).state == State.DONE


def test_a_lab_that_changed_in_between_is_a_sentence() -> None:
    run = asked()
    ExactRun.objects.update(address="tasks=3")
    actions.carry_out(key=run.key, clock=clock)
    run.refresh_from_db()
    assert run.state == State.FAILED
    assert run.problem == "The lab has changed since this was asked for. Start it again."


@pytest.mark.usefixtures("few")
def test_what_nobody_foresaw_fails_with_a_sentence_and_never_raises(
    monkeypatch: pytest.MonkeyPatch, stranger: Client
) -> None:
    run = asked()

    def broken(_run: object) -> bytes:
        raise RuntimeError("secret of the inside")

    monkeypatch.setattr(actions, "packed", broken)
    tasks.run_exactly(run.key)
    run.refresh_from_db()
    assert run.state == State.FAILED
    page = see(stranger)
    assert "It broke on our side, and it is in our log." in page
    assert "secret" not in page
    assert 'id="exact"' in page


def test_a_message_without_its_row_is_left_alone() -> None:
    tasks.run_exactly("0" * 64)
    assert not ExactRun.objects.exists()


# ---- the page


def test_beyond_the_budget_stands_a_button_and_within_it_another(stranger: Client) -> None:
    assert "Run exactly</button>" in see(stranger, LONG)
    assert "More replications (32)</button>" in see(stranger, SHORT)


def test_what_is_too_large_says_so_where_the_button_would_stand(stranger: Client) -> None:
    page = see(stranger, HUGE)
    assert "at most 16000000 can be simulated one by one" in page
    assert 'id="exact"' not in page
    assert send(stranger, "exactly", HUGE).status_code == 409


def test_the_button_leads_back_to_the_same_address(stranger: Client) -> None:
    answer = send(stranger, "exactly")
    assert answer.status_code == 302
    assert answer["Location"] == f"/calculators/surge/?guess=skip&{SHORT}#exactly"
    assert "waits for its turn. No worker is running just now." in see(stranger)


@pytest.mark.usefixtures("few")
def test_everybody_sees_the_result_at_the_address_once_it_is_there(stranger: Client) -> None:
    send(stranger, "exactly", LONG)
    assert "requests are too many" in see(stranger, LONG)
    tasks.run_exactly(ExactRun.objects.get().key)
    page = see(Client(), LONG)
    assert "3 replications" in page
    assert "too many" not in page
    assert 'id="exact"' not in page
    assert 'hx-trigger="load"' not in page


@pytest.mark.usefixtures("few")
def test_the_progress_asks_again_until_there_is_something_to_show(stranger: Client) -> None:
    send(stranger, "exactly")
    address = f"/calculators/surge/progress/?guess=skip&{SHORT}"
    ExactRun.objects.update(state=State.RUNNING, done=1)
    running = stranger.get(address, **FRAGMENT).content.decode()
    assert "1 of 3 replications are done" in running
    assert 'hx-trigger="every 2s"' in running
    ExactRun.objects.update(state=State.QUEUED)
    tasks.run_exactly(ExactRun.objects.get().key)
    ended = stranger.get(address, **FRAGMENT).content.decode()
    assert 'hx-trigger="load"' in ended
    assert "every 2s" not in ended


def test_cancelling_is_said_and_can_be_repeated(stranger: Client) -> None:
    send(stranger, "exactly")
    assert [send(stranger, "cancel").status_code for _click in range(2)] == [302, 302]
    page = see(stranger)
    assert "The exact run was cancelled." in page
    assert 'id="exact"' in page


def test_one_that_was_cut_off_is_said(stranger: Client) -> None:
    send(stranger, "exactly")
    ExactRun.objects.update(state=State.RUNNING, beat_at=NOW - timedelta(days=1))
    assert "The exact run was cut off, or never began. Start it again." in see(stranger)


@pytest.mark.parametrize("act", ["exactly", "cancel"])
@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("rate=many", "Write the number alone, in digits"),
        ("rat=3", "This calculator has nothing called rat"),
        ("scaling=true&tasks=9&most=2", "Write at least the 9 tasks"),
        ("guess=x", "Write the number alone"),
    ],
)
def test_a_wrong_address_is_refused_with_its_sentence(
    stranger: Client, act: str, address: str, sentence: str
) -> None:
    answer = stranger.post(f"/calculators/surge/{act}/?{address}")
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not ExactRun.objects.exists()


def test_two_systems_beside_each_other_have_no_run_in_the_background(stranger: Client) -> None:
    builders.published("ec2-to-lambda")
    pair = "system=ec2-to-lambda/ec2&b=ec2-to-lambda/ec2&rate=2&minutes=5"
    assert stranger.post(f"/calculators/load/exactly/?{pair}").status_code == 422


@pytest.mark.usefixtures("few")
def test_a_system_under_load_is_run_exactly_too(stranger: Client) -> None:
    builders.published("ec2-to-lambda")
    address = "system=ec2-to-lambda/ec2&rate=2&minutes=5&factor=1&guess=skip"
    assert stranger.post(f"/calculators/load/exactly/?{address}").status_code == 302
    tasks.run_exactly(ExactRun.objects.get().key)
    assert ExactRun.objects.get().state == State.DONE
    assert "3 replications" in stranger.get(f"/calculators/load/?{address}").content.decode()


def test_reloading_an_act_leads_back_and_changes_nothing(stranger: Client) -> None:
    answer = stranger.get(f"/calculators/surge/exactly/?guess=skip&{SHORT}")
    assert answer["Location"] == f"/calculators/surge/?guess=skip&{SHORT}#exactly"
    assert stranger.put(f"/calculators/surge/exactly/?{SHORT}").status_code == 405
    assert stranger.post(f"/calculators/surge/progress/?{SHORT}").status_code == 405
    assert not ExactRun.objects.exists()


def test_asking_needs_the_form_of_the_page() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"/calculators/surge/exactly/?{SHORT}").status_code == 403
    assert not ExactRun.objects.exists()


# ---- before the kernel is compiled, and instead of it


@pytest.fixture
def preparing(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A process that still compiles."""
    ready = threading.Event()
    thread = threading.Thread(target=ready.wait, daemon=True)
    thread.start()
    monkeypatch.setattr(KERNEL, "thread", thread)
    yield
    ready.set()


@pytest.mark.usefixtures("preparing")
def test_while_the_kernel_is_compiled_a_lab_says_so_and_asks_again(stranger: Client) -> None:
    page = see(stranger)
    assert "The simulator is being prepared" in page
    assert 'hx-trigger="every 1s"' in page
    assert KERNEL.state == "preparing"


@pytest.mark.usefixtures("preparing")
def test_a_path_that_flows_is_shown_as_a_fluid_meanwhile() -> None:
    few_ = Traffic.steady(5.0, 600.0)
    lab = experiment.Experiment(
        lambda _values: trial.Trial(RequestPath(HOPS), few_), lambda _v, _t, _s: pytest.fail("run")
    )
    answer = lab({})
    assert answer.pending
    assert answer.method.startswith("fluid")


@pytest.mark.usefixtures("preparing")
def test_two_systems_wait_for_the_kernel_too(stranger: Client) -> None:
    builders.published("ec2-to-lambda")
    pair = "system=ec2-to-lambda/ec2&b=ec2-to-lambda/ec2&rate=2&minutes=5&guess=skip"
    page = stranger.get(f"/calculators/load/?{pair}").content.decode()
    assert "being prepared" in page
    assert 'hx-trigger="every 1s"' in page


HOPS = (Hop("backend", "Backend", Dist.exponential(0.1), 10),)
BUSY = Traffic(((0.0, 80.0), (600.0, 120.0)), 7200.0)


def test_beyond_the_budget_a_patient_path_is_shown_as_a_fluid() -> None:
    lab = experiment.Experiment(
        lambda _values: trial.Trial(RequestPath(HOPS), BUSY), lambda _v, _t, _s: pytest.fail("run")
    )
    answer = lab({})
    assert not answer.exact
    assert answer.method.startswith("fluid")
    # 20 a second too many for 6,600 s leave 132,000, which 100 a second need 1,320 s for
    assert {one.label: one.text for one in answer.readings}["longest queue"] == "132,000"
    assert "1,3" in answer.finding
    assert len(answer.rows) == trial.SLOTS


@pytest.mark.parametrize(
    "path",
    [
        RequestPath(HOPS, client_timeout_s=30.0),
        RequestPath(HOPS, retry=Retry(2)),
        RequestPath((Hop("backend", "", Dist.exponential(0.1), 10, queue_limit=5),)),
        RequestPath((Hop("backend", "", Dist.exponential(0.1), 10, error_rate=0.1),)),
    ],
)
def test_a_fluid_is_never_shown_for_what_it_cannot_follow(path: RequestPath) -> None:
    lab = experiment.Experiment(
        lambda _values: trial.Trial(path, BUSY), lambda _v, _t, _s: pytest.fail("run")
    )
    answer = lab({})
    assert "too many for an answer at once" in answer.finding
    assert not answer.method


@pytest.mark.parametrize("slug", list(LABS))
def test_every_lab_can_be_run_exactly_or_says_that_it_need_not(stranger: Client, slug: str) -> None:
    answer = stranger.post(f"/calculators/{slug}/exactly/?guess=skip")
    runs = isinstance(LABS[slug].answer, experiment.Experiment)
    assert answer.status_code == (302 if runs else 422)
    assert ExactRun.objects.count() == runs
