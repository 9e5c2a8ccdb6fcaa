"""`make bench [NAME]`: figures as ratios within one run, printed and never asserted."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent.parent), str(HERE.parent), str(HERE)]

Figures = Mapping[str, object]


def main() -> None:
    from bills import bill, lint
    from calculators import calculators
    from drills import drills
    from load import load
    from nights_played import nights
    from pages import pages
    from sandboxes import sandbox

    benches: Mapping[str, Callable[[], Figures]] = {
        "pages": pages,
        "bill": bill,
        "calculators": calculators,
        "drills": drills,
        "lint": lint,
        "load": load,
        "sandbox": sandbox,
        "nights": nights,
    }
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("name", nargs="?", choices=list(benches))
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    chosen = [options.name] if options.name else list(benches)
    results = {name: benches[name]() for name in chosen}
    if options.json:
        options.json.write_text(json.dumps(results, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
