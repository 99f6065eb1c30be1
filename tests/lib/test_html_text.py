"""A page in plain words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_hub.lib.html_text import to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>My bill</p><p>doubled</p>", "My bill\n\ndoubled"),
        ("<div>My bill</div><div>doubled</div>", "My bill\ndoubled"),
        ("My bill<br>doubled<br/><br>Why?", "My bill\ndoubled\n\nWhy?"),
        ("<b>My</b> <i>bill</i>\n  doubled", "My bill doubled"),
        ("<ul><li>fridge</li><li>pump</li></ul>", "- fridge\n- pump"),
        ("<table><tr><td>May</td><td>4</td></tr><tr><td>June</td></tr></table>", "May 4\nJune"),
        ("I wrote<blockquote>You said<br>so</blockquote>Now", "I wrote\n\n> You said\n> so\n\nNow"),
        ("<a href='https://x.test/'>here</a>", "here <https://x.test/>"),
        ("<a href='https://x.test/'>https://x.test</a>", "https://x.test"),
        ("<a href='mailto:a@x.test'>a@x.test</a>", "a@x.test"),
        ("<pre>a  b\n c</pre>", "a  b\n c"),
        ("a &amp; b &lt;c&gt; &nbsp;d", "a & b <c> d"),
        ("<style>p{}</style><script>x</script>Hi", "Hi"),
        ("<img alt='The meter' src=x> reads 7", "The meter reads 7"),
        ("a<hr>b", "a\n---\nb"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_page_reads_like_text(html, text):
    assert to_text(html) == text


@given(st.text(st.sampled_from("<>/!-&;pab =\"'"), max_size=200))
def test_any_markup_is_read(html):
    to_text(html)
