"""The operator's pages of jobs in a browser: watched to the end, narrow, from right to left."""

from __future__ import annotations

import re

import pytest
from accessibility import violations
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils import timezone
from people import member
from playwright.sync_api import BrowserContext, Page, expect

from archlab.accounts.models import RoleGrant
from archlab.calculators.actions import KIND
from archlab.jobs import actions
from archlab.jobs.models import Job

pytestmark = pytest.mark.browser


@pytest.fixture
def page(site: str, context: BrowserContext) -> Page:
    """That of an operator."""
    olga = member("olga")
    RoleGrant.objects.create(user=olga.user, role="operator", granted=timezone.now())
    Authenticator.objects.create(user=olga.user, type="totp", data={"secret": "none"})
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": olga.client.cookies[name].value, "url": site}])
    return context.new_page()


def at_work() -> Job:
    reference = "a1b2c3d4" * 8
    asked = actions.ask(kind=KIND, business_key="one", object_ref=reference, now=timezone.now())
    job = actions.claim(job_id=asked.pk, owner="host:1", now=timezone.now())
    assert job
    actions.advance(job=job, now=timezone.now(), done=1, total=4, word="replications")
    return job


@pytest.mark.usefixtures("complaints")
def test_the_progress_moves_by_itself_and_stops_asking_at_the_end(site: str, page: Page) -> None:
    job = at_work()
    page.goto(f"{site}/operations/jobs/{job.public_id}/")
    shown = page.locator(f"#job-{job.public_id}")
    expect(shown).to_contain_text("1 of 4 replications")
    actions.advance(job=job, now=timezone.now(), done=3, total=4, word="replications")
    expect(shown).to_contain_text("3 of 4 replications")
    actions.finish(job=job, now=timezone.now())
    expect(shown).to_contain_text("It is done.")
    expect(shown).not_to_have_attribute("hx-trigger", re.compile(".*"))


@pytest.mark.usefixtures("complaints")
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_narrow_pages_fit_and_have_no_barrier(site: str, page: Page, direction: str) -> None:
    job = at_work()
    page.set_viewport_size({"width": 320, "height": 640})
    for address in ("/operations/jobs/", f"/operations/jobs/{job.public_id}/"):
        page.goto(f"{site}{address}")
        page.evaluate("way => { document.documentElement.dir = way }", direction)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert violations(page) == []
