"""What customers and colleagues said, made safe to show: links, mentions, files."""

from __future__ import annotations

import re
from urllib.parse import quote

from django import template
from django.urls import reverse
from django.utils.html import conditional_escape, urlize
from django.utils.safestring import SafeString, mark_safe

from contact_hub.desk.rules.framing import PICTURES, SHOWN_INLINE
from contact_hub.inbox.models import Attachment

register = template.Library()

MENTION = re.compile(r"(<a\b.*?</a>)|(?<![\w@/.])@(\w[\w.-]{0,60})", re.DOTALL)


@register.filter
def said(text: str) -> SafeString:
    """Plain text with its links, which open elsewhere and tell nobody where from."""
    linked = urlize(text, nofollow=True, autoescape=True)
    outside = 'target="_blank" rel="noopener noreferrer nofollow"'
    return mark_safe(linked.replace('rel="nofollow"', outside))  # urlize has escaped the text


@register.filter
def noted(text: str) -> SafeString:
    """The same with the colleagues' names marked; an @ in a link is part of the link."""
    return mark_safe(MENTION.sub(_marked, said(text)))  # a name holds word characters only


@register.filter
def quoted(text: str) -> SafeString:
    """Quoted history without the angle brackets at the beginning of its lines."""
    plain = re.sub(r"^(>\s?)+", "", text, flags=re.MULTILINE)
    return conditional_escape(plain.strip("\n"))


@register.filter
def address(attachment: Attachment) -> str:
    """Where a file is fetched from; its name is for people only."""
    name = re.sub(r"[/\\\x00-\x1f]", "_", attachment.name) or "file"
    return reverse("desk:attachment", args=[attachment.pk, "x"])[:-1] + quote(name, safe="")


@register.filter
def viewable(attachment: Attachment) -> bool:
    """Whether a browser may show the file itself."""
    return attachment.content_type in SHOWN_INLINE and bool(attachment.sha256)


@register.filter
def is_picture(attachment: Attachment) -> bool:
    return attachment.content_type in PICTURES


def _marked(found: re.Match[str]) -> str:
    return found[1] or f'<b class="at">@{found[2]}</b>'
