"""Components and number filters for templates: typed, escaped, shown in `/styleguide/`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django import template
from django.forms import BaseForm, BoundField
from django.http import HttpRequest
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_bidi, gettext
from django.utils.translation import gettext_lazy as _

from archlab.domain.architecture import Assessment
from archlab.web import glyphs, numbers
from archlab.web.needles import Reading, readings

register = template.Library()

register.filter("usd", numbers.usd)
register.filter("amount", numbers.amount)
register.filter("ms", numbers.ms)
register.filter("minutes", numbers.minutes)
register.filter("percent", numbers.percent)
register.filter("signed", numbers.signed)
register.filter("figure_of", numbers.fixed)

EMPTY = SafeString("")
THEMES = ("light", "dark")
BASES = {
    "documented": _("documented"),
    "modelled": _("modelled"),
    "assumed": _("assumed"),
}
VERDICTS = {
    "best": _("Best here"),
    "good": _("Good"),
    "costly": _("Costly"),
    "risky": _("Risky"),
    "confirmed": _("Confirmed"),
    "residual": _("Residual"),
    "contradicted": _("Contradicted"),
    "outdated": _("Outdated"),
    "inconsistent": _("Inconsistent"),
    "unsafe": _("Unsafe"),
}
STATES = {
    "exact": _("closed, exact"),
    "fitted": _("closed, fitted"),
    "closed": _("closed"),
    "residual": _("residual"),
    "unpriced": _("not priced"),
    "undocumented": _("not on the bill"),
}


@register.simple_tag(takes_context=True)
def page_attributes(context: Context) -> SafeString:
    """The attributes of `<html>`: language, direction, and the theme that a cookie chose."""
    return format_html(
        'lang="{}" dir="{}"{}',
        get_language() or "en",
        "rtl" if get_language_bidi() else "ltr",
        _theme_attribute(chosen_theme(context)),
    )


def _theme_attribute(theme: str) -> SafeString:
    return format_html(' data-theme="{}"', theme) if theme else EMPTY


@register.simple_tag(takes_context=True)
def chosen_theme(context: Context) -> str:
    """`light`, `dark`, or nothing where the system decides."""
    request = getattr(context, "request", None)
    theme = request.COOKIES.get("theme", "") if isinstance(request, HttpRequest) else ""
    return theme if theme in THEMES else ""


@register.simple_tag
def glyph(name: str) -> SafeString:
    return glyphs.glyph(name)


@register.simple_block_tag
def panel(content: str, title: str, tone: str = "", level: int = 3) -> SafeString:
    """A ruled section under a heading; `tone="red"` marks what is open or new."""
    heading = min(max(level, 2), 4)
    return format_html(
        '<section class="panel{}"><h{}>{}</h{}>{}</section>',
        f" {tone}" if tone else "",
        heading,
        title,
        heading,
        content,
    )


@register.simple_tag
def figure(value: str, basis: str, href: str = "", about: str = "") -> SafeString:
    """A figure with its basis: a line style for the eye, a word for the ear, a link to the why."""
    if basis not in BASES:
        raise template.TemplateSyntaxError(f"{basis}: the basis is one of {', '.join(BASES)}")
    word: str = str(BASES[basis])
    if basis == "assumed":
        mark = format_html(" <small>{}</small>", word)
    else:
        mark = format_html('<span class="visually-hidden">, {}</span>', word)
    body = format_html("<bdi>{}</bdi>{}", value, mark)
    if not href:
        return format_html('<span class="fig {}">{}</span>', basis, body)
    title = format_html(' title="{}"', about) if about else EMPTY
    return format_html('<a class="fig {}" href="{}"{}>{}</a>', basis, href, title, body)


@register.simple_tag
def basis(word: str) -> SafeString:
    """The key to a line style, for captions and notes."""
    return format_html('<span class="fig {}">{}</span>', word, BASES[word])


@register.simple_tag
def basis_key() -> SafeString:
    """The three line styles in one row."""
    return format_html(
        '<p class="key">{}</p>', format_html_join(" ", "{}", ((basis(word),) for word in BASES))
    )


@register.simple_tag
def verdict(word: str) -> SafeString:
    """A verdict as a stamp. Shape and word carry it, never a colour."""
    return format_html(
        '<span class="stamp" data-verdict="{}">{}</span>', word, VERDICTS.get(word, word)
    )


@register.simple_tag
def stamp(text: str, tone: str = "") -> SafeString:
    """A boxed word; `red` for the learner's own choice, `dim` for an aside."""
    return format_html('<span class="stamp{}">{}</span>', f" {tone}" if tone else "", text)


@register.simple_tag
def state(status: str, residual: Decimal | None = None) -> SafeString:
    """Whether a line of a bill is closed: a full, half or empty dot, with words."""
    words = str(STATES.get(status, status))
    if status == "residual" and residual is not None:
        words = f"{words} {numbers.signed(residual, 'amount')}"
    return format_html('<span class="state {}">{}</span>', status, words)


@register.simple_tag
def needles(
    now: Assessment,
    before: Assessment | None = None,
    why: Mapping[str, str] | None = None,
    label: str = "",
) -> SafeString:
    """The three slide rules of a system, with the move since `before`."""
    return rules(readings(now, before, why), label)


@register.simple_tag
def rules(items: Sequence[Reading], label: str = "", id_: str = "needles") -> SafeString:
    """The band of slide rules from ready readings."""
    return format_html(
        '<section class="needles" id="{}" aria-label="{}"><div class="sheet"><dl>{}</dl></div>'
        "</section>",
        id_,
        label or gettext("Your system now"),
        format_html_join("", "{}", ((needle(item),) for item in items)),
    )


@register.simple_tag
def needle(item: Reading) -> SafeString:
    """One slide rule: word, value, unit, scale, and beneath it the move in words."""
    value = format_html("<bdi>{}</bdi>", item.value)
    if item.why:
        hint = gettext("why: %(needle)s") % {"needle": item.title}
        value = format_html(
            '<a id="why-{}" href="{}">{}<span class="visually-hidden"> {}, {}</span></a>',
            item.key,
            item.why,
            value,
            item.unit,
            hint,
        )
    return format_html(
        '<div class="needle" data-needle="{}"><dt>{}<span>, {}</span></dt>'
        '<dd class="now{}">{}{}</dd>{}<dd class="delta">{}</dd></div>',
        item.key,
        item.title,
        item.scope,
        "" if item.now is not None else " none",
        value,
        _unit(item),
        gauge(item),
        _delta(item),
    )


def _unit(item: Reading) -> SafeString:
    if not item.unit:
        return EMPTY
    hidden = SafeString(' aria-hidden="true"') if item.why else EMPTY
    return format_html(" <small{}>{}</small>", hidden, item.unit)


def _delta(item: Reading) -> SafeString:
    if item.delta:
        return format_html("<b>{}</b>{}", item.delta, f", {item.note}" if item.note else "")
    unchanged = item.note or (gettext("no change") if item.before is not None else "")
    return format_html("{}", unchanged)


SCALES = (1, 2, 5)


def full_scale(*values: float | None) -> float:
    """The end of a scale: 1, 2 or 5 times a power of ten, not below any value."""
    top = max([value for value in values if value is not None] + [1.0])
    power = 1.0
    while True:
        for step in SCALES:
            if top <= step * power:
                return step * power
        power *= 10


@register.simple_tag
def gauge(item: Reading) -> SafeString:
    """The scale: hollow mark for before, red pointer for now, the move in red between them."""
    if item.now is None:
        return EMPTY
    top = full_scale(item.now, item.before)
    now = _place(item.now, top)
    was = _place(item.before, top) if item.moved and item.before is not None else ""
    return format_html(
        '<dd class="scale" aria-hidden="true"><svg class="gauge" focusable="false">'
        '<use class="tick" href="{}" width="100%" height="26"/>{}'
        '<svg x="{}" overflow="visible"><path class="is" d="M0 20l-5-17h10z"/></svg></svg>'
        "<small>{}</small></dd>",
        glyphs.href("scale"),
        _before(was, now),
        now,
        f"{top:,.0f}",
    )


def _place(value: float, top: float) -> str:
    return f"{min(max(value / top, 0), 1) * 100:.1f}%"


def _before(was: str, now: str) -> SafeString:
    if not was:
        return EMPTY
    return format_html(
        '<line class="move" x1="{}" x2="{}" y1="20" y2="20"/>'
        '<svg x="{}" overflow="visible"><path class="was" d="M0 21l-4.5-9h9z"/></svg>',
        was,
        now,
        was,
    )


@register.simple_tag
def effect(share: float, tone: str = "") -> SafeString:
    """A small bar, `share` of its full length, for the effects of an option."""
    return format_html(
        '<svg class="bar{}" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="{}" height="10"/></svg>',
        f" {tone}" if tone else "",
        f"{min(max(share, 0), 1) * 100:.1f}",
    )


@register.simple_tag
def field_errors(field: BoundField) -> SafeString:
    """The sentences of one field; its control names them by `aria-describedby`."""
    if not field.errors:
        return EMPTY
    return format_html(
        '<p class="problem" id="{}-problem">{}</p>',
        field.id_for_label or field.html_name,
        " ".join(str(error) for error in field.errors),
    )


@register.simple_tag
def error_summary(form: BaseForm) -> SafeString:
    """What to mend, on top of a refused form: it takes the focus and links to each field."""
    if not form.errors:
        return EMPTY
    rows = [(f"#{form[name].id_for_label}", error) for name, error in _field_problems(form)]
    return format_html(
        '<div class="problems" role="alert"><h2 id="problems" tabindex="-1" autofocus>{}</h2>'
        "<ul>{}{}</ul></div>",
        gettext("Not yet: please look at this again"),
        format_html_join("", "<li>{}</li>", ((str(e),) for e in form.non_field_errors())),
        format_html_join("", '<li><a href="{}">{}</a></li>', rows),
    )


def _field_problems(form: BaseForm) -> list[tuple[str, str]]:
    return [
        (name, str(error))
        for name, errors in form.errors.items()
        if name in form.fields
        for error in errors
    ]


@register.simple_block_tag
def table_twin(content: str, summary: str = "") -> SafeString:
    """The numbers of a chart as a table, closed until asked for, printed always."""
    return format_html(
        '<details class="twin"><summary>{}</summary>'
        '<div class="scroll" tabindex="0" role="group" aria-label="{}">{}</div></details>',
        summary or gettext("Show as table"),
        gettext("Table"),
        content,
    )
