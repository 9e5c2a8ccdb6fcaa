"""What of sandboxes other pages show."""

from __future__ import annotations

from django import template

from archlab.sandboxes.real.pages import Alarm, alarm

register = template.Library()


@register.simple_tag
def aws_alarm() -> Alarm:
    """What could not be deleted, and what was found: two queries when there is nothing."""
    return alarm()
