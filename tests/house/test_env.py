from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from archlab import env

ROOT = Path(__file__).resolve().parents[2]
NAME = "ARCHLAB_TRIED"


def test_text_falls_back_to_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAME, raising=False)
    assert env.text(NAME, "paper") == "paper"


def test_text_prefers_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "ink")
    assert env.text(NAME, "paper") == "ink"


def test_a_secret_comes_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("hidden\n", encoding="utf-8")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))
    assert env.text(NAME) == "hidden"


def test_variable_and_file_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "ink")
    monkeypatch.setenv(f"{NAME}_FILE", "/nowhere")
    with pytest.raises(env.BadSetting, match="both set: keep one"):
        env.text(NAME)


def test_a_file_that_is_missing_or_empty_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "missing"))
    with pytest.raises(env.BadSetting, match=r"_FILE=.*missing: the file cannot be read"):
        env.text(NAME)
    (tmp_path / "missing").write_text(" \n", encoding="utf-8")
    with pytest.raises(env.BadSetting, match="the file is empty"):
        env.text(NAME)


@pytest.mark.parametrize(
    ("written", "read"), [("1", True), ("Yes", True), ("on", True), ("0", False), ("FALSE", False)]
)
def test_a_flag_is_yes_or_no(monkeypatch: pytest.MonkeyPatch, written: str, *, read: bool) -> None:
    monkeypatch.setenv(NAME, written)
    assert env.flag(NAME, default=not read) is read


def test_a_flag_that_is_neither_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "maybe")
    with pytest.raises(env.BadSetting, match="ARCHLAB_TRIED=maybe: write yes or no"):
        env.flag(NAME, default=True)


@pytest.mark.parametrize("written", ["1", "32"])
def test_an_integer_may_be_either_end(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv(NAME, written)
    assert env.integer(NAME, default=2, low=1, high=32) == int(written)


@pytest.mark.parametrize(
    "written", ["0", "33", "two", "-1", "1.5", "1_0", "\u0663", "9" * 5000, "1e1"]
)
def test_an_integer_outside_its_range_is_refused(
    monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    monkeypatch.setenv(NAME, written)
    with pytest.raises(env.BadSetting, match="write a whole number from 1 to 32"):
        env.integer(NAME, default=2, low=1, high=32)


PUBLIC = {
    "ARCHLAB_SITE_URL": "https://learn.example.org",
    "ARCHLAB_SECRET_KEY": "a-long-and-random-text-of-forty-letters-or-more",
}
REFUSED = [
    ({"ARCHLAB_SITE_URL": "learn.example.org"}, "write the address of the site"),
    ({"ARCHLAB_SITE_URL": "https://learn.example.org/app"}, "without a path"),
    ({"ARCHLAB_WORKERS": "two"}, "ARCHLAB_WORKERS=two: write a whole number from 1 to 32"),
    ({"ARCHLAB_DEBUG": "perhaps"}, "ARCHLAB_DEBUG=perhaps: write yes or no"),
    ({"ARCHLAB_LANGUAGES": "en,klingon"}, "klingon is not a language code"),
    ({"ARCHLAB_LOG_LEVEL": "LOUD"}, "write one of DEBUG, INFO, WARNING, ERROR"),
    ({"ARCHLAB_DATABASE_URL": "mysql://here/x"}, "write postgresql://"),
    ({"ARCHLAB_DATA_DIR": "/dev/null/x"}, "the folder cannot be made"),
    ({"ARCHLAB_AWS_ACCOUNTS": "12345"}, "12345 is not of the form 123456789012"),
    ({"ARCHLAB_ALLOWED_HOSTS": "*"}, "archlab.E005"),
    (PUBLIC | {"ARCHLAB_DEBUG": "yes"}, "archlab.E002"),
    (PUBLIC | {"ARCHLAB_SECRET_KEY": ""}, "archlab.E003"),
    (PUBLIC | {"ARCHLAB_SECRET_KEY": "short"}, "archlab.E003"),
    (PUBLIC | {"ARCHLAB_SITE_URL": "http://learn.example.org"}, "archlab.E004"),
]


def start(
    environment: dict[str, str], *command: str, folder: Path
) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ARCHLAB_")}
    given = {**clean, "ARCHLAB_DATA_DIR": str(folder), **environment}
    called = [sys.executable, *command]
    return subprocess.run(  # noqa: S603
        called, env=given, cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(("environment", "said"), REFUSED)
def test_a_bad_setting_stops_every_command_with_a_sentence(
    environment: dict[str, str], said: str, tmp_path: Path
) -> None:
    done = start(environment, "manage.py", "check", folder=tmp_path)
    assert done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_the_web_server_refuses_as_the_commands_do(tmp_path: Path) -> None:
    unsafe = PUBLIC | {"ARCHLAB_DEBUG": "yes"}
    done = start(unsafe, "-c", "import archlab.wsgi", folder=tmp_path)
    assert done.returncode != 0
    assert "Leave ARCHLAB_DEBUG out. (archlab.E002)" in done.stderr


def test_a_laptop_and_a_safe_public_site_start(tmp_path: Path) -> None:
    for environment in ({}, PUBLIC):
        done = start(environment, "-c", "import archlab.wsgi", folder=tmp_path)
        assert done.returncode == 0, done.stderr


def test_the_laptop_keeps_its_own_key(tmp_path: Path) -> None:
    show = "from archlab import settings; print(settings.SECRET_KEY)"
    first = start({}, "-c", show, folder=tmp_path).stdout
    assert len(first.strip()) >= 40
    assert start({}, "-c", show, folder=tmp_path).stdout == first
    assert (tmp_path / "secret-key").stat().st_mode & 0o077 == 0


def test_a_secure_site_sends_only_host_cookies(tmp_path: Path) -> None:
    show = (
        "from archlab import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, "
        "s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS)"
    )
    said = start(PUBLIC, "-c", show, folder=tmp_path).stdout.split()
    assert said == ["__Host-archlab-session", "__Host-archlab-csrf", "True", "True", "31536000"]


def test_what_is_handed_on_never_overrides_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SET", "theirs")
    monkeypatch.setenv("UNSET", "")
    monkeypatch.delenv("UNSET")
    env.hand_on("SET", "ours")
    env.hand_on("UNSET", "ours")
    assert (os.environ["SET"], os.environ["UNSET"]) == ("theirs", "ours")
