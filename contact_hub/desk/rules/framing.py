"""A customer's sanitised HTML as the page of a locked frame."""

from __future__ import annotations

import base64
import html as entities
import re
from collections.abc import Mapping

IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
SOURCE = re.compile(r"""\s(?:data-src|src)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
# a link opens a tab of its own, which is as free as any other; the frame itself stays locked
LINKS_OPEN = "allow-popups allow-popups-to-escape-sandbox"
SHOWN_INLINE = PICTURES | {"application/pdf"}  # what a browser may show by itself

# The frame allows no style at all, so type and margins are said in HTML's own old words.
PAGE = """<!doctype html>
<html lang="und"><head><meta charset="utf-8"><title>Mail</title></head>
<body bgcolor="#ffffff" text="#1f2430" link="#0b6570" marginwidth="14" marginheight="12">
<font face="system-ui, sans-serif" size="2">
{body}
</font></body></html>
"""


def framed(html: str, pictures: Mapping[str, tuple[str, bytes]], *, remote: bool) -> str:
    """Make the page: pictures sent along are put inside it, remote ones only when asked for.

    pictures  Content-ID → (content type, bytes)
    """

    def image(tag: re.Match[str]) -> str:
        whole = tag.group()
        source = SOURCE.search(whole)
        if source is None:
            return whole
        wanted = _picture(entities.unescape(source.group(1).strip("\"'")), pictures, remote=remote)
        bare = SOURCE.sub("", whole)
        return bare if not wanted else f'<img src="{entities.escape(wanted)}"{bare[4:]}'

    return PAGE.format(body=IMAGE.sub(image, html))


def _picture(address: str, pictures: Mapping[str, tuple[str, bytes]], *, remote: bool) -> str:
    if address.lower().startswith("cid:"):
        kind, content = pictures.get(address[4:].strip("<>"), ("", b""))
        if kind not in PICTURES:
            return ""
        return f"data:{kind};base64,{base64.b64encode(content).decode()}"
    if address.lower().startswith("data:image/"):
        return address
    if address.startswith("//"):
        address = "https:" + address
    return address if remote and address.lower().startswith(("https://", "http://")) else ""
