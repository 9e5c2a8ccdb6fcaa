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

from archlab.calculators import actions
from archlab.calculators.labs import experiment, trial
from archlab.calculators.labs.all import LABS
from archlab.calculators.labs.experiment import Order
from archlab.calculators.labs.kernel import KERNEL
from archlab.calculators.labs.pages import PAGES, ordered
from archlab.calculators.models import ExactRun
from archlab.domain.latency import Dist, Hop, RequestPath, Retry, Traffic
from archlab.jobs import actions as jobs
from archlab.jobs import runner
from archlab.jobs.models import Job

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SHORT = "shape=steady&rate=2&factor=1&minutes=5"
LONG = "rate=100&minutes=60"
HUGE = "rate=400&factor=10&minutes=60&retries=5"
State = Job.State
FRAGMENT: dict[str, Any] = {"HTTP_HX_REQUEST": "true", "HTTP_HX_REQUEST_TYPE": "partial"}

pytestmark = pytest.mark.django_db


def order(address: str = SHORT) -> Order:
    return ordered(PAGES["surge"](QueryDict(address))).order


def clock() -> datetime:
    return NOW


def asked(address: str = SHORT) -> ExactRun:
    return actions.ask(order=order(address), now=NOW)


def job_of(run: ExactRun) -> Job:
    assert run.job_id
    return Job.objects.get(pk=run.job_id)


def carry_out(clock: Callable[[], datetime] = clock) -> tuple[ExactRun, Job]:
    """What the worker does with the message of the only run."""
    job = job_of(ExactRun.objects.get())
    runner.run(job.pk, clock)
    return ExactRun.objects.get(), job_of(ExactRun.objects.get())


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


def test_asking_twice_is_one_run_one_job_and_one_message() -> None:
    assert asked() == asked()
    assert job_of(ExactRun.objects.get()).state == State.QUEUED
    assert Job.objects.count() == OrmQ.objects.count() == 1


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
    assert asked(f"{SHORT}&tasks=1").is_under_way
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
    run, job = carry_out()
    assert (job.state, job.done, job.total, run.of, run.ended_at) == (State.SUCCEEDED, 3, 3, 3, NOW)
    page = PAGES["surge"](QueryDict(SHORT + "&guess=skip"))
    assert page.background
    kept, fresh = page.background.result, order().trial.run_exactly(lambda _done: None)
    assert kept is not None
    assert kept.offered.tolist() == fresh.offered.tolist()
    assert (kept.p99, kept.mean) == (fresh.p99, fresh.mean)


@pytest.mark.usefixtures("few")
def test_one_cancelled_in_the_queue_is_never_run() -> None:
    run = asked()
    actions.cancel(key=run.key, now=NOW)
    after, job = carry_out()
    assert (job.state, job.attempts) == (State.CANCELLED, 0)
    assert (after.result, after.ended_at) == (None, NOW)


@pytest.mark.usefixtures("few")
def test_one_cancelled_at_work_ends_after_its_replication() -> None:
    asked()
    beats: list[int] = []

    def cancelling() -> datetime:
        beats.append(Job.objects.get().done)
        if len(beats) == 3:  # the claim, the first replication, the second
            actions.cancel(key=order().key, now=NOW)
            assert ExactRun.objects.get().is_under_way
        return NOW

    after, job = carry_out(clock=cancelling)
    assert (job.state, job.done, after.result) == (State.CANCELLED, 2, None)


@pytest.mark.usefixtures("few")
def test_one_that_lost_its_job_writes_no_result() -> None:
    asked()

    def replaced() -> datetime:
        job = Job.objects.get()
        if job.done == 1 and job.epoch == 1:
            jobs.interrupt(job=job, now=NOW)
            jobs.claim(job_id=job.pk, owner="another", now=NOW)
        return NOW

    after, job = carry_out(clock=replaced)
    assert (job.state, job.epoch, job.done, after.result) == (State.RUNNING, 2, 1, None)


@pytest.mark.usefixtures("few")
def test_one_that_ended_badly_can_be_started_again() -> None:
    actions.cancel(key=asked().key, now=NOW)
    run = asked()
    assert run.is_under_way
    assert run.ended_at is None
    assert Job.objects.count() == 2
    assert carry_out()[0].is_done


def test_a_lab_that_changed_in_between_is_a_sentence() -> None:
    asked()
    ExactRun.objects.update(address="tasks=3")
    run, job = carry_out()
    assert (job.state, job.error_code) == (State.FAILED, "refused")
    assert run.problem == "The lab has changed since this was asked for. Start it again."


@pytest.mark.usefixtures("few")
def test_what_nobody_foresaw_fails_with_a_sentence_and_never_raises(
    monkeypatch: pytest.MonkeyPatch, stranger: Client
) -> None:
    asked()

    def broken(_run: object) -> bytes:
        raise RuntimeError("secret of the inside")

    monkeypatch.setattr(actions, "packed", broken)
    _, job = carry_out()
    assert (job.state, job.error_code) == (State.FAILED, "broke")
    page = see(stranger)
    assert "It broke on our side, and it is in our log." in page
    assert "secret" not in page
    assert 'id="exact"' in page


def test_one_that_was_given_up_says_so(stranger: Client) -> None:
    asked()
    Job.objects.update(max_attempts=1)
    job = jobs.claim(job_id=Job.objects.get().pk, owner="dead soon", now=NOW)
    assert job
    jobs.interrupt(job=job, now=NOW)
    page = see(stranger)
    assert "It was interrupted three times, so it was given up." in page
    assert 'id="exact"' in page


def test_a_job_without_its_run_fails_quietly() -> None:
    job = job_of(asked())
    ExactRun.objects.all().delete()
    runner.run(job.pk, clock)
    job.refresh_from_db()
    assert (job.state, job.error_code) == (State.FAILED, "forgotten")


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
    carry_out()
    page = see(Client(), LONG)
    assert "3 replications" in page
    assert "too many" not in page
    assert 'id="exact"' not in page
    assert 'hx-trigger="load"' not in page


@pytest.mark.usefixtures("few")
def test_the_progress_asks_again_until_there_is_something_to_show(stranger: Client) -> None:
    send(stranger, "exactly")
    address = f"/calculators/surge/progress/?guess=skip&{SHORT}"
    claimed = jobs.claim(job_id=Job.objects.get().pk, owner="worker", now=NOW)
    assert claimed
    jobs.advance(job=claimed, now=NOW, done=1, total=3)
    running = stranger.get(address, **FRAGMENT).content.decode()
    assert "1 of 3 replications are done" in running
    assert 'hx-trigger="every 2s"' in running
    jobs.interrupt(job=claimed, now=NOW)
    carry_out()
    ended = stranger.get(address, **FRAGMENT).content.decode()
    assert 'hx-trigger="load"' in ended
    assert "every 2s" not in ended


def test_cancelling_is_said_and_can_be_repeated(stranger: Client) -> None:
    send(stranger, "exactly")
    assert [send(stranger, "cancel").status_code for _click in range(2)] == [302, 302]
    page = see(stranger)
    assert "The exact run was cancelled." in page
    assert 'id="exact"' in page


def test_one_that_was_interrupted_is_said_and_is_no_failure(stranger: Client) -> None:
    send(stranger, "exactly")
    job = jobs.claim(job_id=Job.objects.get().pk, owner="dead soon", now=NOW)
    assert job
    jobs.interrupt(job=job, now=NOW)
    page = see(stranger)
    assert "was interrupted and begins again by itself: attempt 1 of 3 broke off." in page
    assert 'id="cancel"' in page


def test_one_that_is_being_cancelled_is_said(stranger: Client) -> None:
    send(stranger, "exactly")
    jobs.claim(job_id=Job.objects.get().pk, owner="worker", now=NOW)
    send(stranger, "cancel")
    page = see(stranger)
    assert "is being cancelled; it ends after this replication." in page
    assert 'id="cancel"' not in page


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
    carry_out()
    assert ExactRun.objects.get().is_done
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


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("slug", list(LABS))
def test_every_lab_shows_its_exact_run_or_says_that_it_needs_none(
    stranger: Client, slug: str
) -> None:
    answer = stranger.post(f"/calculators/{slug}/exactly/?guess=skip")
    if not isinstance(LABS[slug].answer, experiment.Experiment):
        assert answer.status_code == 422
        return
    assert answer.status_code == 302
    run, job = carry_out()
    assert (job.state, job.done, run.problem) == (State.SUCCEEDED, run.of, "")
    page = stranger.get(f"/calculators/{slug}/?guess=skip").content.decode()
    assert f"{run.of} replications" in page
    assert 'id="exact"' not in page
