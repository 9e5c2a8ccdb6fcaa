from __future__ import annotations

from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", ["web", "worker"])
def test_a_service_is_checked_and_restarted_and_may_do_little(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["healthcheck"]["test"][0] == "CMD"
    assert service["restart"] == "unless-stopped"
    assert service["init"] is True
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["volumes"] == ["data:/data"]
    assert service["stop_grace_period"] == "40s"  # longer than the worker's own patience
    assert service["environment"]["ARCHLAB_SECRET_KEY_FILE"].startswith("/run/secrets/")


def test_only_the_proxy_of_this_machine_reaches_the_web_server() -> None:
    assert COMPOSE["services"]["web"]["ports"] == ["127.0.0.1:8000:8000"]
    assert "ports" not in COMPOSE["services"]["worker"]


def test_the_image_does_not_run_as_root_and_checks_every_hash() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert lines.index("USER archlab") < next(
        i for i, line in enumerate(lines) if line.startswith("CMD")
    )
    assert any("--require-hashes" in line for line in lines)
    assert any("npm ci" in line for line in lines)
    assert not any(line.startswith("FROM") and ":latest" in line for line in lines)


def test_the_secret_key_lies_where_git_never_looks() -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"var/", ".venv", "node_modules"} <= set(ignored)
    assert COMPOSE["secrets"]["secret-key"]["file"].startswith("./var/")
