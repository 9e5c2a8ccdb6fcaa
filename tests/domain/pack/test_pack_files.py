"""Files of a pack: limits, names, folders."""

from __future__ import annotations

from pathlib import Path

import pytest
from pack_builders import TEXTS, encoded, found, lint_texts

from archlab.domain.pack import PackInvalid, check, files_in, files_of, lint, load, read
from archlab.domain.pack.files import MOST_FILES, PACK_BYTES, problems_of_files

S, C, SIDE, SVG = "scenario.yaml", "claims.yaml", "steps/50-side.md", "media/task.svg"


@pytest.mark.parametrize(
    ("path", "most"),
    [(C, 262_144), (SIDE, 65_536), (SVG, 262_144), ("media/big.png", 1_048_576)],
)
def test_a_file_may_have_its_limit_and_not_one_byte_more(path: str, most: int) -> None:
    files = encoded(TEXTS)
    full = files.get(path, b"").rstrip(b"\n").ljust(most - 1, b" ") + b"\n"
    assert list(problems_of_files({**files, path: full})) == []
    too_big = list(problems_of_files({**files, path: b" " + full}))
    assert found(too_big) == [("E006", path, 1, 1)]


def test_a_pack_may_have_its_limits_and_not_one_more() -> None:
    files = encoded(TEXTS)
    pictures = {f"media/p{n}.png": b"" for n in range(39)}
    assert list(problems_of_files({**files, **pictures})) == []
    forty_one = {**pictures, "media/q.png": b""}
    assert [one.code for one in problems_of_files({**files, **forty_one})] == ["E006"]
    steps = {f"steps/{n:02}-x.md": b"\n" for n in range(3, 50)}
    steps |= {f"steps/{n:02}-x.md": b"\n" for n in range(51, 61)}
    assert list(problems_of_files({**files, **steps})) == []
    assert [one.code for one in problems_of_files({**files, **steps, "steps/99-x.md": b"\n"})] == [
        "E006"
    ]


def test_all_files_together_have_a_limit() -> None:
    files = encoded(TEXTS)
    left = PACK_BYTES - sum(map(len, files.values()))
    sizes = [1_048_576] * (left // 1_048_576) + [left % 1_048_576]
    pictures = {f"media/p{n}.png": bytes(size) for n, size in enumerate(sizes)}
    assert list(problems_of_files({**files, **pictures})) == []
    one_more = {**pictures, "media/one.png": b"x"}
    assert [one.code for one in problems_of_files({**files, **one_more})] == ["E006"]


def test_too_many_files_are_refused() -> None:
    names = {f"x{n}": b"" for n in range(MOST_FILES)}
    codes = {one.code for one in problems_of_files({**encoded(TEXTS), **names})}
    assert codes == {"E002", "E006"}


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("steps/1-one.md", "E003"),
        ("steps/00-zero.md", "E003"),
        ("steps/02-Upper.md", "E003"),
        ("steps/02-a.txt", "E002"),
        ("steps/deep/02-a.md", "E002"),
        ("media/a b.svg", "E003"),
        ("media/a.svg.png", "E003"),
        ("media/a.gif", "E002"),
        (".hidden", "E002"),
        ("../scenario.yaml", "E002"),
        ("media/../scenario.yaml", "E002"),
    ],
)
def test_a_name_outside_the_rules_is_refused(path: str, code: str) -> None:
    problems = list(problems_of_files({**encoded(TEXTS), path: b"x\n"}))
    assert (code, path, 1, 1) in found(problems)


def test_bytes_that_are_no_text_are_found_where_they_stand() -> None:
    files = {**encoded(TEXTS), C: b"facts:\n  - \xff\n"}
    assert found(check(files)) == [("E004", C, 2, 5)]


def write(folder: Path, texts: dict[str, str]) -> Path:
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8", newline="")
    return folder


def test_a_folder_is_read_without_the_litter_of_operating_systems(tmp_path: Path) -> None:
    folder = write(tmp_path / "mini", {**TEXTS, ".DS_Store": "x", "media/Thumbs.db": "x"})
    assert files_in(folder) == encoded(TEXTS)
    assert lint(folder) == []
    assert read(folder).scenario.slug == "mini"


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    folder = write(tmp_path / "mini", TEXTS)
    (folder / "media" / "out.svg").symlink_to("/etc/hostname")
    assert files_in(folder) == encoded(TEXTS)


def test_a_pack_in_a_folder_of_another_name_is_told_so(tmp_path: Path) -> None:
    folder = write(tmp_path / "maxi", TEXTS)
    assert found(lint(folder)) == [("E007", S, 3, 7)]
    assert read(folder).scenario.slug == "mini"


def test_a_pack_with_errors_is_not_loaded_and_names_them_all() -> None:
    texts = {**TEXTS, S: TEXTS[S].replace("lang: en\n", "").replace("minutes: 14", "minutes: x")}
    with pytest.raises(PackInvalid) as refused:
        load(encoded(texts))
    assert [one.code for one in refused.value.problems] == ["E202", "E203"]
    assert "scenario.yaml:1:1: E202" in str(refused.value)


def test_what_are_no_canonical_bytes_is_refused() -> None:
    for broken in (
        b"",
        b"archlab-pack/2\n",
        b"archlab-pack/1\nname",
        b"archlab-pack/1\na\x009\x00x",
    ):
        with pytest.raises(ValueError, match=r"."):
            files_of(broken)


def test_findings_are_sorted_and_the_hundred_and_first_counts_the_rest() -> None:
    facts = "".join(f"  - {{id: T-{n:03}, src: story, kind: x}}\n" for n in range(150))
    problems = lint_texts({**TEXTS, C: f"facts:\n{facts}"})
    assert len(problems) == 101
    assert problems == sorted(problems)
    assert problems[-1].message == "and 50 more"
