"""`make audit`: Lighthouse and pa11y on pages of a journey, a site of log4brains made of records.

Exit 1 when one falls short.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "perf"), str(HERE.parent), str(HERE.parents[1])]

FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
LEAST = 95


def main() -> int:
    import record_site
    from pages import Browser
    from server import running

    _install()
    with running() as server:
        browser = Browser(server)
        _path, home = browser.ask("/")
        path, _page = browser.post(home.decode(), "/scenarios/lambda-to-fargate/start/")
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        origin = f"http://127.0.0.1:{server.port}"
        base = path.rsplit("/", 2)[0]
        urls = {"home": f"{origin}/", "map": f"{origin}{base}/", "step": f"{origin}{path}"}
        fell_short = [name for name, url in urls.items() if not _audited(name, url, cookie)]
    print("fell short: " + ", ".join(fell_short) if fell_short else "all pages hold")
    return int(bool(fell_short)) | record_site.main()


def _install() -> None:
    if not (HERE / "node_modules" / ".bin" / "lighthouse").exists():
        environment = {**os.environ, "PUPPETEER_SKIP_DOWNLOAD": "1"}
        npm = shutil.which("npm") or "npm"
        subprocess.run([npm, "ci", "--silent"], check=True, cwd=HERE, env=environment)  # noqa: S603


def _audited(name: str, url: str, cookie: str) -> bool:
    scores = _lighthouse(url, cookie)
    errors = _pa11y(url, cookie)
    print(f"{name:<6} " + ", ".join(f"{k} {v}" for k, v in scores.items()) + f", pa11y {errors}")
    return min(scores.values()) >= LEAST and not errors


def _lighthouse(url: str, cookie: str) -> Mapping[str, int]:
    command = [
        str(HERE / "node_modules/.bin/lighthouse"), url, "--quiet", "--output=json",
        f"--chrome-flags={' '.join(FLAGS)}", "--extra-headers", json.dumps({"Cookie": cookie}),
    ]  # fmt: skip
    environment = {**os.environ, "CHROME_PATH": shutil.which("chromium") or "chromium"}
    report = json.loads(_output(command, environment))
    return {name: round((c["score"] or 0) * 100) for name, c in report["categories"].items()}


def _pa11y(url: str, cookie: str) -> int:
    config = HERE / "node_modules" / "pa11y.json"
    chrome = {"executablePath": shutil.which("chromium"), "args": FLAGS}
    settings = {"headers": {"Cookie": cookie}, "runners": ["axe", "htmlcs"], "standard": "WCAG2AA"}
    config.write_text(json.dumps({**settings, "chromeLaunchConfig": chrome}), encoding="utf-8")
    command = [str(HERE / "node_modules/.bin/pa11y"), "--reporter", "json", "--config", str(config)]
    issues = json.loads(_output([*command, url], dict(os.environ)) or "[]")
    certain = [issue for issue in issues if not _needs_an_eye(issue)]
    for issue in certain:
        print(f"  {issue['code']}: {issue['message']} {issue['selector']}")
    return len(certain)


def _needs_an_eye(issue: dict[str, Any]) -> bool:
    """axe cannot tell what stands behind text in SVG or beneath a stretched link.

    tests/web/test_contrast.py computes the contrast of every pair of our colours instead.
    """
    review = issue.get("runnerExtras", {}).get("needsFurtherReview", False)
    return bool(review) and issue["code"] == "color-contrast"


def _output(command: list[str], environment: Mapping[str, str]) -> str:
    done = subprocess.run(  # noqa: S603
        command, env=dict(environment), check=False, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
