"""Learners who answer one decision again and again, and note what was sent and what was said."""

from __future__ import annotations

import http.client
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

import builders
from fault_site import Answer, Browser

PAUSE_S = 0.1
PATIENCE_S = 30.0
CANNOT_NOW = (502, 503, 504)


class NotTaken(RuntimeError):
    """The server gave no answer that a learner could go on from."""


@dataclass
class Learner:
    """A guest at the first decision of a journey, which may be taken as often as one likes."""

    port: int
    sent: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    cut_off: int = 0
    page: Answer | None = None
    address: str = ""

    def __post_init__(self) -> None:
        self.browser = Browser(self.port)

    def begin(self) -> None:
        cover = self.browser.get(f"/scenarios/{builders.J0}/")
        form = builders.forms_in(cover.text)[f"/scenarios/{builders.J0}/start/"]
        begun = self.browser.request("POST", form.action, form.sending())
        assert begun.status == 302, begun.text
        self.address = begun.headers["location"].replace("resume/", "j0-01/")
        self.page = self.browser.get(self.address)
        self.post("form-j0-01q1", option="learn")
        self.page = self.browser.get(self.address)

    def post(self, form: str, **values: str) -> Answer:
        """One try to send a form of the page, noted before and after."""
        assert self.page is not None
        found = builders.forms_in(self.page.text)[form]
        sending = found.sending(**values)
        key = str(sending["key"]).replace("-", "")
        if key not in self.sent:
            self.sent.append(key)
        answer = self.browser.request("POST", found.action, sending)
        if answer.status == 302:
            self.told.append(key)
        return answer

    def decide(self, option: str) -> None:
        """As `static/js/retry.js` does it: the same form again until the server has it."""
        begun = time.monotonic()
        while time.monotonic() - begun < PATIENCE_S:
            try:
                if self.post("form-j0-d0", option=option).status not in CANNOT_NOW:
                    self.page = self.browser.get(self.address)
                    if self.page.status == 200:
                        return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(PAUSE_S)
        raise NotTaken(f"no answer within {PATIENCE_S:.0f} s")

    def decide_once(self, option: str) -> None:
        """Without a second try, as a browser does that has no script."""
        try:
            self.post("form-j0-d0", option=option)
        except (OSError, http.client.HTTPException):
            self.cut_off += 1
            time.sleep(PAUSE_S)
            return
        with suppress(OSError, http.client.HTTPException):
            self.page = self.browser.get(self.address)


@dataclass
class Crowd:
    """Learners in threads of their own, until they are stopped."""

    learners: list[Learner]
    patient: bool = True
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._play, args=(one,)) for one in self.learners]

    def _play(self, learner: Learner) -> None:
        turn = 0
        try:
            while not self.stopping.is_set():
                option = ("quick", "simple")[turn % 2]
                (learner.decide if self.patient else learner.decide_once)(option)
                turn += 1
        except Exception as problem:
            self.problems.append(f"{type(problem).__name__}: {problem}")

    def __enter__(self) -> Crowd:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    @property
    def sent(self) -> list[str]:
        return [key for learner in self.learners for key in learner.sent]

    @property
    def cut_off(self) -> int:
        """How many posts got no answer at all."""
        return sum(learner.cut_off for learner in self.learners)

    @property
    def told(self) -> set[str]:
        return {key for learner in self.learners for key in learner.told}


def crowd(port: int, count: int, *, patient: bool = True) -> Crowd:
    learners = [Learner(port) for _n in range(count)]
    for learner in learners:
        learner.begin()
    return Crowd(learners, patient)
