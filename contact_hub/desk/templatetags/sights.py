"""What a template asks a sight: may this be shown, and what stands there otherwise."""

from __future__ import annotations

from django import template

from contact_hub.inbox.queries.sight import Sight

register = template.Library()


@register.filter
def sees(sight: Sight, what: str) -> bool:
    """Whether a fact may be shown: {% if sight|sees:"balance" %}."""
    return sight.may(what)


@register.simple_tag
def shown(sight: Sight, what: str, value: object) -> str:
    """A value, or its mask: {% shown sight "phone" point.value %}."""
    return sight.shown(what, value)
