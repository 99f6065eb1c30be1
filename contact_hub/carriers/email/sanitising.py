"""HTML from strangers, made harmless: no scripts, no styles, no forms, nothing fetched."""

from __future__ import annotations

import re
from collections import Counter

import nh3

LIMIT = 500_000  # characters; longer pages are kept as a file only
DEEPEST = 400  # elements inside each other: the time to parse grows with the square of it
MOST_AMPERSANDS = 50_000  # each takes the parser a while
INLINE_IMAGE = 100_000  # characters of a data: URL
REMOTE = "x-remote:"  # marks, inside this file, what is to become data-src

# fmt: off
TAGS = {
    "a", "abbr", "acronym", "address", "article", "aside", "b", "bdi", "bdo", "big",
    "blockquote", "br", "caption", "center", "cite", "code", "col", "colgroup", "dd", "del",
    "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font", "footer", "h1",
    "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "li", "main",
    "mark", "nav", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "small",
    "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th",
    "thead", "time", "tr", "tt", "u", "ul", "var", "wbr",
}
# fmt: on
SILENT = {"script", "style", "title", "template", "noscript", "iframe", "object", "svg", "math"}
SILENT |= {"textarea", "select", "xmp", "noembed", "noframes", "audio", "video", "applet", "map"}

_CELL = {"align", "valign", "width", "height", "bgcolor"}
ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href"},
    "blockquote": {"type"},
    "col": {*_CELL, "span"},
    "colgroup": {*_CELL, "span"},
    "div": {"align"},
    "font": {"color", "size", "face"},
    "h1": {"align"},
    "h2": {"align"},
    "h3": {"align"},
    "hr": {"align", "width", "size"},
    "img": {"src", "alt", "width", "height", "align", "border"},
    "li": {"value"},
    "ol": {"start", "type", "reversed"},
    "p": {"align"},
    "table": {*_CELL, "border", "cellpadding", "cellspacing", "summary"},
    "tbody": _CELL,
    "td": {*_CELL, "colspan", "rowspan", "nowrap", "headers", "scope", "abbr"},
    "tfoot": _CELL,
    "th": {*_CELL, "colspan", "rowspan", "nowrap", "headers", "scope", "abbr"},
    "thead": _CELL,
    "time": {"datetime"},
    "tr": _CELL,
    "ul": {"type"},
}

_DATA_IMAGE = re.compile(r"data:image/(?:png|jpe?g|gif);base64,[A-Za-z0-9+/=\s]+", re.IGNORECASE)
_BIG_DATA = re.compile(r"data:[a-z0-9.+/;=-]{0,100},[A-Za-z0-9+/=%]{100000,}", re.IGNORECASE)
_LONE_AMPERSAND = re.compile(r"&(?![#\w])")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,30})")
_UNCLOSED = {"p", "li", "td", "th", "tr", "dt", "dd", "option", "thead", "tbody", "tfoot", "body"}
_UNCLOSED |= {"br", "img", "hr", "input", "meta", "link", "col", "area", "base", "wbr", "html"}
_SHOWN = re.compile(r"<(?:img|hr)\b|>[^<]*[^\s<][^<]*|^[^<]*[^\s<]")


class TooTangled(Exception):
    """No page somebody wrote: too long or too deep to be read in decent time."""


def sanitised(html: str, *, limit: int = LIMIT) -> str:
    """Make `html` safe for a frame without scripts; raise TooTangled.

    Links open elsewhere and tell nothing of where they were clicked; remote images keep their
    address in data-src, so that nothing is fetched before somebody asks; cid: images stay for
    whoever knows the files. "" when nothing visible is left.
    """
    html = _BIG_DATA.sub("", html) if len(html) > INLINE_IMAGE else html
    if len(html) > limit or html.count("&") > MOST_AMPERSANDS or _depth(html) > DEEPEST:
        raise TooTangled
    clean = nh3.clean(
        _LONE_AMPERSAND.sub("&amp;", html),
        tags=TAGS,
        clean_content_tags=SILENT,
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        strip_comments=True,
    )
    if not _SHOWN.search(clean):
        return ""
    return clean.replace(f' src="{REMOTE}', ' data-src="').strip()


def _attribute(_tag: str, name: str, value: str) -> str | None:
    """Decide about one attribute: its value, another, or none at all."""
    if name == "src":
        return _image(value.strip())
    if name == "href":
        return value.strip() if _leads_out(value.strip().lower()) else None
    return value


def _leads_out(url: str) -> bool:
    """Anything else would lead into the hub itself, or nowhere."""
    return url.startswith(("http://", "https://", "mailto:", "tel:"))


def _image(url: str) -> str | None:
    lower = url[:11].lower()
    if lower.startswith("cid:"):
        return url
    if lower.startswith(("http://", "https://")):
        return REMOTE + url
    if lower.startswith("//"):
        return f"{REMOTE}https:{url}"
    small = len(url) <= INLINE_IMAGE
    return url if small and _DATA_IMAGE.fullmatch(url) else None


def _depth(html: str) -> int:
    """How deep the elements are nested, about: those that close themselves do not count."""
    if html.count("<") < DEEPEST:
        return 0
    open_now: Counter[str] = Counter()
    deepest = depth = 0
    for closing, name in _TAG.findall(html):
        step = -1 if closing else 1
        if name.lower() not in _UNCLOSED and open_now[name.lower()] + step >= 0:
            open_now[name.lower()] += step
            depth += step
            deepest = max(deepest, depth)
    return deepest
