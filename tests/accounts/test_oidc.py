"""Sign-in through another site is off, and on when its address is given.

The settings are read once, so a process of its own has them switched on; the other site is a
small one on this machine.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]
WALK = """
import json
from urllib.parse import parse_qs, urlsplit
import django
django.setup()
from django.core.management import call_command
from django.test.utils import setup_test_environment
call_command("migrate", verbosity=0)
setup_test_environment()
from django.test import Client
from archlab.accounts.models import Learner, User
client = Client(raise_request_exception=False)
said = {"offered": b"Sign in with Example University" in client.get("/account/login/").content}
begun = client.get("/account/oidc/oidc/login/")
said["status"] = begun.status_code
said["problem"] = b"The other site does not answer" in begun.content
if begun.status_code == 302:
    state = parse_qs(urlsplit(begun["Location"]).query)["state"][0]
    said["leads_to"] = begun["Location"].split("?")[0]
    back = client.get("/account/oidc/oidc/login/callback/", {"state": "forged", "code": "c"})
    said["forged"] = User.objects.count()
    back = client.get("/account/oidc/oidc/login/callback/", {"state": state, "code": "c"})
    said["back"] = [back.status_code, back.get("Location", "")]
    said["users"] = list(User.objects.values_list("username", flat=True))
    said["learners"] = Learner.objects.filter(user__isnull=False).count()
print(json.dumps(said))
"""


class OtherSite(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        base = f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined] # of its class
        if self.path.endswith("openid-configuration"):
            names = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")
            return self.tell({"issuer": base, **{name: f"{base}/{name}" for name in names}})
        return self.tell({"sub": "u-1", "preferred_username": "ada", "name": "Ada"})

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.tell({"access_token": "t", "token_type": "Bearer"})

    def tell(self, answer: dict[str, Any]) -> None:
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        """Says nothing."""


@pytest.fixture
def other_site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), OtherSite)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def walked(url: str, env: dict[str, str]) -> dict[str, Any]:
    own = {
        "DJANGO_SETTINGS_MODULE": "archlab.settings",
        "ARCHLAB_DEBUG": "yes",  # static files by their plain names: nobody has collected them
        "ARCHLAB_OIDC_URL": url,
        "ARCHLAB_OIDC_NAME": "Example University",
        "ARCHLAB_OIDC_CLIENT_ID": "archlab",
        "ARCHLAB_OIDC_CLIENT_SECRET": "not a secret",
    }
    command = [sys.executable, "-c", WALK]
    done = subprocess.run(  # noqa: S603
        command, cwd=ROOT, env=env | own, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


@pytest.mark.django_db
def test_it_is_off_by_default(stranger: Client) -> None:
    assert b"Sign in with a passkey" in stranger.get("/account/login/").content
    assert b"/oidc/" not in stranger.get("/account/login/").content
    assert stranger.get("/account/oidc/oidc/login/").status_code == 404


def test_whom_the_other_site_knows_gets_an_account(
    other_site: str, own_disk: dict[str, str]
) -> None:
    said = walked(other_site, own_disk)
    assert said["offered"]
    assert said["leads_to"] == f"{other_site}/authorization_endpoint"
    assert said["forged"] == 0
    assert said["back"] == [302, "/"]
    assert said["users"] == ["ada"]
    assert said["learners"] == 1


def test_another_site_that_is_down_is_said_plainly(own_disk: dict[str, str]) -> None:
    said = walked("http://127.0.0.1:9", own_disk)
    assert (said["status"], said["problem"]) == (503, True)
