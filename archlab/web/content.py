"""Authored Markdown as HTML: the one place that calls text safe.

Authors are not trusted. The parser knows no raw HTML, this renderer writes a closed list of
elements, nh3 checks the result against the same list, and only then are the roles put in, whose
HTML is our own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Protocol
from urllib.parse import urlsplit

import nh3
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from django.utils.translation import get_language, gettext
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from archlab.domain.pack.markdown import parser

TAGS = {
    "a", "blockquote", "br", "code", "div", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "rel"},
    "code": {"data-lang"},
    "div": {"class", "tabindex", "role", "aria-label"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "ol": {"start"},
    "pre": {"class"},
    "td": {"class"},
    "th": {"class", "scope"},
}
LANGUAGES = {
    "bash": "shell", "console": "shell", "css": "CSS", "csv": "CSV", "diff": "diff",
    "dockerfile": "Dockerfile", "html": "HTML", "http": "HTTP", "ini": "INI",
    "javascript": "JavaScript", "js": "JavaScript", "json": "JSON", "log": "log",
    "python": "Python", "sh": "shell", "shell": "shell", "sql": "SQL", "text": "text",
    "toml": "TOML", "ts": "TypeScript", "typescript": "TypeScript", "xml": "XML", "yaml": "YAML",
    "yml": "YAML",
}  # fmt: skip
OPENS, CLOSES = "\ue000", "\ue001"
"""Around the number of a role while the text is checked; taken out of authored text first."""
_ROLE = re.compile(f"{OPENS}([0-9]+){CLOSES}")
_ELSEWHERE = ("step", "record")
_INNER = re.compile(r'<a href="(step|record):([a-z0-9.-]+)">(.*?)</a>', re.DOTALL)
_STEP_LINK = re.compile(r"step:[a-z0-9-]{1,60}\Z")
_RECORD_LINK = re.compile(r"[0-9]{4,}(?:-[a-z0-9]+)+\.md\Z")
_HEADING_LINK = re.compile(r"#[\w-]{1,100}\Z")


class Roles(Protocol):
    """What the inline roles of a pack show; each answer is HTML of our own components."""

    def term(self, name: str) -> SafeString: ...
    def source(self, ref: str) -> SafeString: ...
    def claim(self, id_: str) -> SafeString: ...
    def value(self, expression: str) -> SafeString: ...
    def step(self, id_: str) -> str:
        """The address of a step, for links; empty where it cannot be opened."""

    def record(self, id_: str) -> str:
        """The address of another record of the folder; empty where there is none."""


class Bare:
    """Roles as their own words, for places that know neither glossary nor sources."""

    def term(self, name: str) -> SafeString:
        return format_html("{}", name)

    source = claim = value = term

    def step(self, id_: str) -> str:
        return ""

    record = step


BARE = Bare()


@dataclass(frozen=True, slots=True)
class _Draft:
    """Checked HTML with numbered gaps, and the roles that belong into them."""

    html: str
    roles: tuple[tuple[str, str], ...]


def prose(text: str, roles: Roles = BARE) -> SafeString:
    """Paragraphs, lists, tables, listings and headings from level 2 on."""
    return _filled(_draft(text, get_language(), inline=False), roles)


def inline(text: str, roles: Roles = BARE) -> SafeString:
    """One line of Markdown without a paragraph around it."""
    return _filled(_draft(text, get_language(), inline=True), roles)


def record(text: str, roles: Roles = BARE) -> SafeString:
    """A decision record as it will be exported; its headings go one level down, without ids.

    The first cell of each row of its tables is the row's heading.
    """
    return _filled(_draft(text, get_language(), inline=False, ids=False), roles)


def with_token(printed: str, place: str, token: str) -> SafeString:
    """HTML that our own templates printed and a cache kept, with a request's token put in."""
    return mark_safe(printed.replace(place, token))  # noqa: S308 - printed and escaped by us


def listing(text: str, lang: str = "", caption: str = "") -> SafeString:
    """Code as it stands, in a region that scrolls; always left to right."""
    known = LANGUAGES.get(lang, "")
    label = caption or known or gettext("Listing")
    return format_html(
        '<div class="scroll" tabindex="0" role="group" aria-label="{}">'
        '<pre class="listing"><code data-lang="{}">{}</code></pre></div>',
        label,
        known,
        text.rstrip("\n"),
    )


@lru_cache(maxsize=4096)
def _draft(text: str, language: str | None, *, inline: bool, ids: bool = True) -> _Draft:
    """`language` is part of the key, since listings and tables are labelled in it."""
    del language
    found: list[tuple[str, str]] = []
    markdown = _markdown()
    own = text.replace(OPENS, "").replace(CLOSES, "")
    env: EnvType = {"roles": found, "ids": ids}
    html = markdown.renderInline(own, env) if inline else markdown.render(own, env)
    checked = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"https", *_ELSEWHERE},
        link_rel=None,
    )
    return _Draft(checked.strip(), tuple(found))


def _filled(draft: _Draft, roles: Roles) -> SafeString:
    shown = [_shown(role, content, roles) for role, content in draft.roles]
    html = _ROLE.sub(lambda match: shown[int(match[1])], draft.html)
    if any(f'"{scheme}:' in html for scheme in _ELSEWHERE):
        html = _INNER.sub(lambda match: _inner_link(match, roles), html)
    return mark_safe(html)  # noqa: S308 - checked by nh3; the roles are our own HTML


def _inner_link(match: re.Match[str], roles: Roles) -> str:
    """A link to a step or a record, or its words alone where that cannot be opened."""
    href = (roles.step if match[1] == "step" else roles.record)(match[2])
    return format_html('<a href="{}">', href) + match[3] + "</a>" if href else match[3]


def _shown(role: str, content: str, roles: Roles) -> SafeString:
    """Whatever a role answers is escaped unless it says itself that it is HTML."""
    known = {
        "term": roles.term,
        "src": roles.source,
        "claim": roles.claim,
        "value": roles.value,
    }
    answer = known[role](content) if role in known else content
    return format_html("{}", answer)


@cache
def _markdown() -> MarkdownIt:
    markdown = parser()
    for name in ("fence", "code_block"):
        markdown.add_render_rule(name, _fence)
    for name, rule in (
        ("role", _gap),
        ("image", _alternative),
        ("link_open", _link_open),
        ("link_close", _link_close),
        ("heading_open", _heading_open),
        ("heading_close", _heading_close),
        ("table_open", _table_open),
        ("table_close", _table_close),
        ("th_open", _cell_open),
        ("td_open", _cell_open),
        ("td_close", _cell_close),
    ):
        markdown.add_render_rule(name, rule)
    return markdown


Tokens = Sequence[Token]


def _gap(_: RendererHTML, tokens: Tokens, i: int, options: OptionsDict, env: EnvType) -> str:
    del options
    found: list[tuple[str, str]] = env["roles"]
    meta: dict[str, Any] = tokens[i].meta
    found.append((str(meta["role"]), str(meta["content"])))
    return f"{OPENS}{len(found) - 1}{CLOSES}"


def _alternative(
    _: RendererHTML, tokens: Tokens, i: int, options: OptionsDict, env: EnvType
) -> str:
    del options, env
    return format_html("{}", tokens[i].content)


def _fence(_: RendererHTML, tokens: Tokens, i: int, options: OptionsDict, env: EnvType) -> str:
    del options, env
    lang, *_rest = (tokens[i].info or "").split() or [""]
    return listing(tokens[i].content, lang.lower())


def _link_open(_: RendererHTML, tokens: Tokens, i: int, options: OptionsDict, env: EnvType) -> str:
    """A link, or nothing where the address is of no kind that we show."""
    del options
    href = _address(str(tokens[i].attrGet("href") or ""))
    env.setdefault("links", []).append(bool(href))
    rel = SafeString(' rel="noopener noreferrer"' if href.startswith("https:") else "")
    return format_html('<a href="{}"{}>', href, rel) if href else ""


def _link_close(_: RendererHTML, tokens: Tokens, i: int, options: OptionsDict, env: EnvType) -> str:
    del tokens, i, options
    return "</a>" if env["links"].pop() else ""


def _address(href: str) -> str:
    if _HEADING_LINK.match(href):
        return f"#h-{href[1:]}"
    if _STEP_LINK.match(href):
        return href
    if _RECORD_LINK.match(href):
        return f"record:{href}"
    return href if _is_web_address(href) else ""


def _is_web_address(href: str) -> bool:
    try:
        parts = urlsplit(href)
    except ValueError:
        return False
    ours = parts.scheme == "https" and bool(parts.hostname) and "\\" not in href
    return ours and parts.username is None and parts.password is None


def _heading_level(token: Token, env: EnvType) -> str:
    """Prose starts at level 2; a record, whose own title is level 1, goes one down."""
    level = int(token.tag[1:]) + (0 if env["ids"] else 1)
    return f"h{min(max(level, 2), 4)}"


def _heading_open(
    _: RendererHTML, tokens: Tokens, i: int, options: OptionsDict, env: EnvType
) -> str:
    del options
    level = _heading_level(tokens[i], env)
    if not env["ids"]:
        return f"<{level}>"
    slug = slugify(tokens[i + 1].content, allow_unicode=True)
    return format_html('<{} id="h-{}">', level, slug)


def _heading_close(
    _: RendererHTML, tokens: Tokens, i: int, options: OptionsDict, env: EnvType
) -> str:
    del options
    return f"</{_heading_level(tokens[i], env)}>\n"


def _table_open(_: RendererHTML, tokens: Tokens, i: int, options: OptionsDict, env: EnvType) -> str:
    del tokens, i, options, env
    label = gettext("Table, scrolls sideways")
    return format_html(
        '<div class="scroll" tabindex="0" role="group" aria-label="{}"><table>', label
    )


def _table_close(
    _: RendererHTML, tokens: Tokens, i: int, options: OptionsDict, env: EnvType
) -> str:
    del tokens, i, options, env
    return "</table></div>\n"


def _cell_open(_: RendererHTML, tokens: Tokens, i: int, options: OptionsDict, env: EnvType) -> str:
    """Alignment becomes a class, since an inline style is refused by the policy."""
    del options
    aligned = ' class="end"' if "right" in str(tokens[i].attrGet("style") or "") else ""
    if _heads_its_row(tokens, i, env):
        return f'<th{aligned} scope="row">'
    scope = ' scope="col"' if tokens[i].tag == "th" else ""
    return f"<{tokens[i].tag}{aligned}{scope}>"


def _cell_close(_: RendererHTML, tokens: Tokens, i: int, options: OptionsDict, env: EnvType) -> str:
    """A cell is its opening, its text and its end."""
    del options
    return "</th>\n" if _heads_its_row(tokens, i - 2, env) else "</td>\n"


def _heads_its_row(tokens: Tokens, cell: int, env: EnvType) -> bool:
    is_first = tokens[cell].tag == "td" and tokens[cell - 1].type == "tr_open"
    return is_first and not env["ids"] and bool(tokens[cell + 1].content.strip())
