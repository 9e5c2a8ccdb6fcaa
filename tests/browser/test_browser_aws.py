"""A launch in a real account by mouse, on a phone, in the dark; AWS is emulated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from accessibility import violations
from aws_account import REGION, ROLE, SECRET, Site, emulated, learner_with_second_factor
from aws_account import operator_with_mail as operator
from django.conf import settings as site_settings
from playwright.sync_api import BrowserContext, Page, expect

from archlab.sandboxes.models import AwsRun, SweepFinding
from archlab.sandboxes.real import actions

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 640}


@pytest.fixture
def desk(site: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:  # noqa: ARG001
    monkeypatch.setattr(actions, "new_external_id", lambda: SECRET)
    with emulated(settings, monkeypatch) as account:
        yield Site(learner_with_second_factor(), account)


def signed_in(context: BrowserContext, site: str, member: Any) -> Page:
    name = site_settings.SESSION_COOKIE_NAME
    cookie = {"name": name, "value": member.client.cookies[name].value, "url": site}
    context.add_cookies([cookie])  # type: ignore[list-item]  # a literal of texts
    return context.new_page()


def fits(page: Page) -> None:
    """As it is on a desk, on a phone, in the dark and in the other direction."""
    address = page.url
    for direction in ("ltr", "rtl"):
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size(NARROW)  # type: ignore[arg-type]
            page.evaluate(f"document.documentElement.dir = '{direction}'")
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
            assert violations(page) == [], address
    page.evaluate("document.documentElement.dir = 'ltr'")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.usefixtures("complaints")
def test_an_account_is_connected_and_a_lab_launched_confirmed_and_torn_down(
    site: str, desk: Site, context: BrowserContext
) -> None:
    page = signed_in(context, site, desk.ada)
    page.goto(f"{site}/sandboxes/")
    page.locator("#to-aws").click()
    fits(page)
    page.locator("#region").select_option(REGION)
    page.locator("#connect").click()
    expect(page.locator("#external-id")).to_have_text(SECRET)
    fits(page)
    page.locator("#role").fill("admin")
    page.locator("#try-role").click()
    expect(page.locator("#role-problem")).to_contain_text("DeployRoleArn")
    expect(page.locator("#role")).to_have_value("admin")
    page.locator("#role").fill(ROLE)
    page.locator("#try-role").click()
    desk.work()
    page.locator("#look").click()
    expect(page.locator("#connection")).to_have_text("Connected")
    proof = desk.proof()
    page.goto(f"{site}/sandboxes/{proof.uid}/")
    page.locator("#to-aws").click()
    fits(page)
    page.locator("#begin").click()
    desk.work()
    page.locator("#phrase").wait_for()
    fits(page)
    page.locator("#phrase").fill("yes")
    page.locator("#confirm").click()
    expect(page.locator("#phrase-problem")).to_contain_text("Type exactly: spend 0.01 USD")
    page.locator("#phrase").fill("spend 0.01 USD in 1 hour")
    page.locator("#confirm").click()
    desk.work()
    expect(page.locator("#stack-events")).to_contain_text("CREATE_COMPLETE")
    expect(page.locator("#state")).to_have_text("It stands, and it costs money")
    fits(page)
    page.locator("#end").click()
    desk.account.refuses["DeleteStack"] = 3
    desk.work()
    expect(page.locator(".alarm")).to_contain_text("This could not be deleted")
    fits(page)
    page.locator("#again").click()
    desk.work()
    page.goto(page.url)
    expect(page.locator("#state")).to_have_text("Gone")
    assert desk.account.stands(AwsRun.objects.get().name) == []


def test_the_banner_of_an_operator_fits_a_phone_and_breaks_no_rule(
    site: str, desk: Site, context: BrowserContext
) -> None:
    run = desk.ready()
    desk.account.refuses["DeleteStack"] = 3
    desk.send(run, "end")
    desk.work()
    assert run.connection is not None
    SweepFinding.objects.create(
        connection=run.connection, region=REGION, what="stack", name="archlab-0ff1", run="0ff1",
        status="unknown", first_seen=desk.now, last_seen=desk.now,
    )  # fmt: skip
    page = signed_in(context, site, operator("olga", "olga@nowhere.example"))
    for path in ("/operations/jobs/", "/people/", "/operations/aws/"):
        page.goto(site + path)
        expect(page.locator(".alarm")).to_contain_text(f"archlab-{run.name}")
        fits(page)
