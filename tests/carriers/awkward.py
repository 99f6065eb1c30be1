# ruff: noqa: E501  # one case a line reads as the table it is
"""Awkward mail, made up in code: what it is called, its bytes, and what must be understood.

What is expected is named like the fields of Inbound; `files` are names, `content` the bytes of the
first file, `defect` words that one of the defects holds, `html` and `no_html` words that the page
holds or must not hold. Everything is plainly fictional.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any

PLAIN = b"From: Rosa <rosa@cust.test>\r\nTo: billing@hub.test\r\nDate: Fri, 20 Nov 2026 09:00:00 -0600\r\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(60))


def mail(*headers: bytes | str, body: bytes | str = b"Hello") -> bytes:
    lines = [line.encode() if isinstance(line, str) else line for line in headers]
    body = body.encode() if isinstance(body, str) else body
    return PLAIN + b"".join(line + b"\r\n" for line in lines) + b"\r\n" + body


def typed(kind: str, body: bytes | str, encoding: str = "", *more: str) -> bytes:
    """A mail of one part."""
    headers = [f"Content-Type: {kind}", *more]
    headers += [f"Content-Transfer-Encoding: {encoding}"] if encoding else []
    return mail(*headers, body=body)


def part(kind: str, body: bytes | str, *more: str) -> bytes:
    body = body.encode() if isinstance(body, str) else body
    head = "\r\n".join([f"Content-Type: {kind}", *more])
    return head.encode() + b"\r\n\r\n" + body


def many(kind: str, *parts: bytes, boundary: str = "edge", last: bool = True) -> bytes:
    """A mail of several parts."""
    return mail(
        f'Content-Type: {kind}; boundary="{boundary}"',
        body=bundle(*parts, boundary=boundary, last=last),
    )


def bundle(*parts: bytes, boundary: str, last: bool = True) -> bytes:
    edge = f"--{boundary}".encode()
    body = b"".join(edge + b"\r\n" + one + b"\r\n" for one in parts)
    return body + (edge + b"--\r\n" if last else b"")


def multi(kind: str, *parts: bytes, boundary: str = "inner") -> bytes:
    return part(f'{kind}; boundary="{boundary}"', bundle(*parts, boundary=boundary))


BASE64 = "Content-Transfer-Encoding: base64"
ATTACHED = 'Content-Disposition: attachment; filename="bill.pdf"'
TEXT = part("text/plain", "Hello")
PDF = part("application/pdf", b64encode(b"%PDF bill"), BASE64, ATTACHED)
JAPANESE = "請求書について質問があります"
KOREAN = "요금이 두 배가 되었습니다"

CASES: list[tuple[str, bytes, dict[str, Any]]] = [
    # --- charsets
    ("iso-2022-jp", typed("text/plain; charset=ISO-2022-JP", JAPANESE.encode("iso2022_jp")), {"text": JAPANESE}),
    ("iso-2022-jp without a label", mail(body=JAPANESE.encode("iso2022_jp")), {"text": JAPANESE}),
    ("shift-jis", typed("text/plain; charset=Shift_JIS", JAPANESE.encode("cp932")), {"text": JAPANESE}),
    ("x-sjis in quotes", typed('text/plain; charset="x-sjis"', JAPANESE.encode("cp932")), {"text": JAPANESE}),
    ("euc-jp", typed("text/plain; charset=euc-jp", JAPANESE.encode("euc_jp")), {"text": JAPANESE}),
    ("korean by its old name", typed("text/plain; charset=ks_c_5601-1987", KOREAN.encode("cp949")), {"text": KOREAN}),
    ("korean letters only cp949 has", typed("text/plain; charset=euc-kr", "똠방각하".encode("cp949")), {"text": "똠방각하"}),
    ("gb2312 that is really gbk", typed("text/plain; charset=gb2312", "請".encode("gbk")), {"text": "請"}),
    ("big5", typed("text/plain; charset=big5", "電費加倍".encode("big5")), {"text": "電費加倍"}),
    ("koi8-r", typed("text/plain; charset=koi8-r", "Почему?".encode("koi8-r")), {"text": "Почему?"}),
    ("latin-1 that is really cp1252", typed("text/plain; charset=iso-8859-1", b"\x93Why\x94 \x80 5"), {"text": "“Why” € 5"}),
    ("latin-1 that is really utf-8", typed("text/plain; charset=iso-8859-1", "subió".encode()), {"text": "subió", "defect": "read as UTF-8"}),
    ("utf-8 that is really latin-1", typed("text/plain; charset=utf-8", "subió mucho".encode("latin-1")), {"text": "subió mucho", "defect": "Windows-1252"}),
    ("ascii that is really utf-8", typed("text/plain; charset=us-ascii", "¿Por qué?".encode()), {"text": "¿Por qué?"}),
    ("no label, utf-8", mail(body="¿Por qué?".encode()), {"text": "¿Por qué?"}),
    ("no label, latin-1", mail(body="¿Por qué?".encode("latin-1")), {"text": "¿Por qué?"}),
    ("unknown charset", typed("text/plain; charset=x-unknown", b"Hello"), {"text": "Hello"}),
    ("unknown charset, foreign bytes", typed("text/plain; charset=x-unknown", "qué".encode()), {"text": "qué", "defect": "unknown charset"}),
    ("a codec that is no charset", typed("text/plain; charset=base64", "qué".encode()), {"text": "qué", "defect": "unknown charset"}),
    ("empty charset", typed('text/plain; charset=""', "qué".encode()), {"text": "qué"}),
    ("utf-7", typed("text/plain; charset=utf-7", b"subi+APM-"), {"text": "subió"}),
    ("utf-16 with its mark", typed("text/plain; charset=utf-16", "qué".encode("utf-16")), {"text": "qué"}),
    ("utf-8 with its mark", mail(body=b"\xef\xbb\xbfqu\xc3\xa9"), {"text": "qué"}),
    ("utf-8 cut inside a letter", typed("text/plain; charset=utf-8", "qué qué qué".encode()[:-1]), {"text": "qué qué qu�", "defect": "not utf-8"}),
    ("a NUL in the text", mail(body=b"He\0llo"), {"text": "Hello"}),
    ("control characters", mail(body=b"He\x07l\x1blo\x7f"), {"text": "Hello"}),
    ("old mac line ends", PLAIN.replace(b"\r\n", b"\r") + b"\rHello\rthere", {"text": "Hello\nthere"}),
    ("line feeds only", PLAIN.replace(b"\r\n", b"\n") + b"\nHello\nthere", {"text": "Hello\nthere"}),
    # --- headers
    ("encoded subject", mail("Subject: =?utf-8?Q?Mi_factura_subi=C3=B3?="), {"subject": "Mi factura subió"}),
    ("a letter cut by two words", mail("Subject: =?utf-8?Q?=C3?= =?utf-8?Q?=A9?="), {"subject": "é"}),
    ("blanks inside a word", mail("Subject: =?utf-8?Q?Mi factura?= x"), {"subject": "Mi factura x"}),
    ("a question mark inside a word", mail("Subject: =?utf-8?Q?Why?_More?="), {"subject": "Why? More"}),
    ("a word without an end", mail("Subject: =?utf-8?Q?Why"), {"subject": "=?utf-8?Q?Why"}),
    ("a word in an unknown charset", mail("Subject: =?x-klingon?Q?Why?="), {"subject": "Why"}),
    ("a word with a language", mail("Subject: =?utf-8*es?Q?subi=C3=B3?="), {"subject": "subió"}),
    ("broken base64 in a word", mail("Subject: =?utf-8?B?SGVsbG8?= you"), {"subject": "Hello you"}),
    ("raw utf-8 subject", mail("Subject: subió"), {"subject": "subió"}),
    ("raw latin-1 subject", mail("Subject: subió".encode("latin-1")), {"subject": "subió"}),
    ("raw shift-jis subject", mail(b"Subject: " + JAPANESE.encode("cp932"), "Content-Type: text/plain; charset=shift_jis"), {"subject": JAPANESE}),
    ("raw iso-2022-jp subject", mail(b"Subject: " + JAPANESE.encode("iso2022_jp")), {"subject": JAPANESE}),
    ("folded subject", mail("Subject: My\r\n bill\r\n\tdoubled"), {"subject": "My bill doubled"}),
    ("a NUL in the subject", mail(b"Subject: My\0 bill"), {"subject": "My bill"}),
    ("international address", mail().replace(b"rosa@cust.test", "josé@correo.test".encode()), {"sender": "josé@correo.test"}),
    ("shouted address", mail().replace(b"rosa@cust.test", b"ROSA@Cust.Test"), {"sender": "rosa@cust.test"}),
    ("a name with a comma", mail().replace(b"Rosa <", b'"Delgado, Rosa" <'), {"sender": "rosa@cust.test", "name": "Delgado, Rosa"}),
    ("an encoded name with a comma", mail().replace(b"Rosa <", b"=?utf-8?Q?Delgado=2C_Rosa?= <"), {"sender": "rosa@cust.test", "name": "Delgado, Rosa"}),
    ("an encoded name in quotes", mail().replace(b"Rosa <", b'"=?utf-8?Q?Ros=C3=A1?=" <'), {"name": "Rosá"}),
    ("a name in a comment", mail().replace(b"Rosa <rosa@cust.test>", b"rosa@cust.test (Rosa (at home))"), {"sender": "rosa@cust.test", "name": "Rosa at home"}),
    ("an address as its own name", mail().replace(b"Rosa <", b'"rosa@cust.test" <'), {"sender": "rosa@cust.test", "name": ""}),
    ("another address as a name", mail().replace(b"Rosa <", b'"boss@hub.test" <'), {"sender": "rosa@cust.test", "name": "boss@hub.test"}),
    ("blanks around the at", mail().replace(b"rosa@cust.test", b"rosa @ cust.test"), {"sender": "rosa@cust.test"}),
    ("an angle that never closes", mail().replace(b"rosa@cust.test>", b"rosa@cust.test"), {"sender": "rosa@cust.test"}),
    ("a quote that never closes", mail().replace(b"Rosa <", b'"Rosa <'), {"sender": "rosa@cust.test"}),
    ("two senders", mail().replace(b"Rosa <rosa@cust.test>", b"rosa@cust.test, leo@cust.test"), {"sender": "rosa@cust.test", "defect": "more than one sender"}),
    ("no sender", mail().replace(b"From:", b"X-From:"), {"sender": "", "defect": "no From"}),
    ("only a Sender", mail("Sender: rosa@cust.test").replace(b"From: Rosa", b"X-From: Rosa"), {"sender": "rosa@cust.test"}),
    ("an empty sender", mail().replace(b"Rosa <rosa@cust.test>", b"<>"), {"sender": "", "defect": "no sender address"}),
    ("a sender who is no address", mail().replace(b"Rosa <rosa@cust.test>", b"Rosa at home"), {"sender": "", "name": "Rosa at home"}),
    ("foreign bytes where the address should be", mail().replace(b"Rosa <rosa@cust.test>", b"<\xa3\xff>"), {"sender": "", "name": "£ÿ"}),
    ("a group of recipients", mail().replace(b"To: billing@hub.test", b"To: Office: billing@hub.test, water@hub.test;"), {"to": ["billing@hub.test", "water@hub.test"]}),
    ("an empty group", mail().replace(b"To: billing@hub.test", b"To: undisclosed-recipients:;"), {"to": []}),
    ("the same recipient twice", mail("To: BILLING@hub.test"), {"to": ["billing@hub.test"]}),
    ("a quoted local part", mail().replace(b"rosa@cust.test", b'"rosa x"@cust.test'), {"sender": '"rosa x"@cust.test'}),
    ("a bad date", mail().replace(b"Fri, 20 Nov 2026 09:00:00 -0600", b"yesterday"), {"sent_at": None, "defect": "date cannot be read"}),
    ("an impossible date", mail().replace(b"20 Nov 2026", b"99 Nov 99999"), {"sent_at": None}),
    ("no date", mail().replace(b"Date:", b"X-Date:"), {"sent_at": None, "defect": "no date"}),
    ("a date with a comment", mail().replace(b"-0600", b"-0600 (CST)"), {"sent_at": "2026-11-20T15:00:00+00:00"}),
    ("a date without a zone", mail().replace(b" -0600", b""), {"sent_at": "2026-11-20T09:00:00+00:00"}),
    ("ids folded and glued", mail("References: <a@x><b@x>\r\n\t<c@x>", "In-Reply-To: Your mail of <c@x>"), {"references": ("a@x", "b@x", "c@x"), "in_reply_to": "c@x"}),
    ("an id without brackets", mail("Message-ID: abc@cust.test"), {"message_id": "abc@cust.test"}),
    ("a blank inside an id", mail("Message-ID: <abc\r\n def@cust.test>"), {"message_id": "abcdef@cust.test"}),
    ("an mbox line first", b"From rosa@cust.test Fri Nov 20 09:00:00 2026\r\n" + mail(), {"sender": "rosa@cust.test", "text": "Hello"}),
    ("empty lines first", b"\r\n\r\n" + mail(), {"sender": "rosa@cust.test", "text": "Hello"}),
    ("junk among the headers", mail("this is no header", "Subject: Why"), {"subject": "Why", "text": "Hello", "defect": "among the headers"}),
    ("no empty line before the text", PLAIN + b"Why did my bill double?\r\n", {"sender": "rosa@cust.test", "text": "Why did my bill double?"}),
    ("no headers at all", b"Why did my bill double?", {"text": "Why did my bill double?", "defect": "no headers"}),
    ("headers only", PLAIN, {"sender": "rosa@cust.test", "text": ""}),
    # --- encodings of bodies
    ("quoted-printable", typed("text/plain; charset=utf-8", "subi=C3=B3 mu=\r\ncho", "quoted-printable"), {"text": "subió mucho"}),
    ("broken quoted-printable", typed("text/plain; charset=utf-8", "100 =ZZ =C3=B3=", "quoted-printable"), {"text": "100 =ZZ ó"}),
    ("base64 text", typed("text/plain; charset=utf-8", b64encode("subió".encode()), "base64"), {"text": "subió"}),
    ("base64 without padding", typed("text/plain", b64encode(b"Hell").rstrip(b"="), "base64"), {"text": "Hell", "defect": "cut off"}),
    ("base64 with junk in it", typed("text/plain", "SGVs*bG8=", "base64"), {"text": "Hello", "defect": "damaged base64"}),
    ("base64 in two runs", typed("text/plain", b64encode(b"Hell") + b"\r\n" + b64encode(b"o you"), "base64"), {"text": "Hello you"}),
    ("no encoding named", mail("Content-Transfer-Encoding: "), {"text": "Hello"}),
    ("an unknown encoding", typed("text/plain", "Hello", "x-magic"), {"text": "Hello", "defect": "unknown transfer encoding"}),
    ("an encoding with a remark", typed("text/plain", b64encode(b"Hello"), 'base64; charset="utf-8"'), {"text": "Hello"}),
    ("an odd content type", typed("text", "Hello"), {"text": "Hello"}),
    ("a content type that is none", typed("///;;;=", "Hello"), {"text": "Hello"}),
    ("flowed text", typed("text/plain; format=flowed", "My bill \r\ndoubled.\r\n\r\nWhy?"), {"text": "My bill doubled.\n\nWhy?"}),
    ("flowed with DelSp", typed("text/plain; format=flowed; delsp=yes", "dou \r\nbled"), {"text": "doubled"}),
    ("uuencode in the text", mail(body=b"See this:\r\nbegin 644 bill.txt\r\n#86)C\r\n`\r\nend\r\nThanks\r\n"), {"text": "See this:\nThanks", "files": ["bill.txt"], "content": b"abc"}),
    ("begin that begins nothing", mail(body=b"\r\nbegin 644 things\r\nthat never end"), {"text": "begin 644 things\nthat never end", "files": []}),
    # --- multiparts
    ("alternative", many("multipart/alternative", TEXT, part("text/html", "<p>Hello</p>")), {"text": "Hello", "html": "<p>Hello</p>"}),
    ("alternative the wrong way round", many("multipart/alternative", part("text/html", "<b>Hi</b>"), TEXT), {"text": "Hello", "html": "<b>Hi</b>"}),
    ("alternative with an empty text", many("multipart/alternative", part("text/plain", ""), part("text/html", "<p>Hi</p>")), {"text": "Hi"}),
    ("html only", typed("text/html", "<p>My bill<br>doubled</p><p>Why?</p>"), {"text": "My bill\ndoubled\n\nWhy?"}),
    ("html that names its charset", typed("text/html", b'<meta charset="shift_jis"><p>' + JAPANESE.encode("cp932")), {"text": JAPANESE}),
    ("mixed with a file", many("multipart/mixed", TEXT, PDF), {"text": "Hello", "files": ["bill.pdf"], "content": b"%PDF bill"}),
    ("text before and after a picture", many("multipart/mixed", TEXT, part("image/png", PNG), part("text/plain", "Bye")), {"text": "Hello\n\nBye", "files": ["image-1.png"], "content": PNG}),
    ("related picture", many("multipart/related", part("text/html", '<img src="cid:p@x">'), part("image/png", PNG, "Content-ID: <p@x>")), {"html": "cid:p@x", "files": ["image-1.png"], "cid": "p@x"}),
    ("signed", many("multipart/signed", TEXT, part("application/pkcs7-signature; name=smime.p7s", "x")), {"text": "Hello", "files": ["smime.p7s"]}),
    ("invitation", many("multipart/alternative", TEXT, part("text/calendar; method=REQUEST", "BEGIN:VCALENDAR")), {"text": "Hello", "files": ["invitation.ics"]}),
    ("a file alone", typed("application/pdf; name=bill.pdf", b64encode(b"%PDF"), "base64"), {"text": "", "files": ["bill.pdf"]}),
    ("a text that is a file", many("multipart/mixed", TEXT, part("text/plain", "log", "Content-Disposition: attachment; filename=log.txt")), {"text": "Hello", "files": ["log.txt"]}),
    ("an attached message", many("multipart/mixed", TEXT, part("message/rfc822", b"Subject: Old bill\r\n\r\nnot mine")), {"text": "Hello", "files": ["Old bill.eml"]}),
    ("a message in a message in a message", typed("message/rfc822", b"Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\ndeep"), {"text": "", "files": ["message.eml"]}),
    ("tnef", many("multipart/mixed", TEXT, part("application/ms-tnef", b"\x78\x9f\x3e\x22")), {"text": "Hello", "files": ["winmail.dat"], "content": b"\x78\x9f\x3e\x22"}),
    ("a boundary that is missing", mail("Content-Type: multipart/mixed", body=b"--e\r\n\r\nHello\r\n--e--"), {"text": "Hello", "defect": "guessed"}),
    ("a boundary that is wrong", mail("Content-Type: multipart/mixed; boundary=other", body=b"--e\r\n\r\nHello\r\n--e--"), {"text": "Hello", "defect": "guessed"}),
    ("a boundary that never comes", many("multipart/mixed", boundary="x").replace(b"--x--", b"Hello"), {"text": "Hello", "defect": "without parts"}),
    ("an illegal boundary", many("multipart/mixed", TEXT, boundary="<((.*)+[x]>"), {"text": "Hello"}),
    ("the end is cut off", many("multipart/mixed", TEXT, part("text/plain", "Bye"), last=False), {"text": "Hello\n\nBye", "defect": "cut off"}),
    ("a file that is cut off", many("multipart/mixed", TEXT, PDF, last=False)[:-9], {"text": "Hello", "files": ["bill.pdf"], "defect": "cut off"}),
    ("a boundary like another's beginning", many("multipart/mixed", multi("multipart/alternative", TEXT, boundary="edge2"), PDF), {"text": "Hello", "files": ["bill.pdf"]}),
    ("words before and after the parts", many("multipart/mixed", TEXT).replace(b"--edge\r\n", b"Preamble\r\n--edge\r\n") + b"Epilogue", {"text": "Hello"}),
    ("mixed, alternative and related", many("multipart/mixed", multi("multipart/alternative", TEXT, part('multipart/related; boundary="r"', bundle(part("text/html", "<p>Hi</p>"), part("image/gif", "GIF", "Content-ID: <g>"), boundary="r"))), PDF), {"text": "Hello", "html": "<p>Hi</p>", "files": ["image-1.gif", "bill.pdf"]}),
    ("a multipart of a hundred levels", many("multipart/mixed", b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(100)) + b"\r\ndeep"), {"defect": "too deep"}),
    # --- names of files
    ("rfc 2231 name", many("multipart/mixed", TEXT, part("image/png", PNG, "Content-Disposition: attachment; filename*=utf-8''a%C3%B1o.png")), {"files": ["año.png"]}),
    ("rfc 2231 name in sections", many("multipart/mixed", TEXT, part("image/png", PNG, "Content-Disposition: attachment; filename*1=o.png; filename*0*=iso-8859-1'es'a%F1")), {"files": ["año.png"]}),
    ("encoded words as a name", many("multipart/mixed", TEXT, part('image/png; name="=?utf-8?Q?a=C3=B1o=2Epng?="', PNG)), {"files": ["año.png"]}),
    ("raw bytes as a name", many("multipart/mixed", TEXT, part('image/png; name="año.png"', PNG)), {"files": ["año.png"]}),
    ("a name that climbs", many("multipart/mixed", TEXT, part("image/png", PNG, 'Content-Disposition: attachment; filename="../../etc/passwd"')), {"files": ["passwd"]}),
    ("a windows path as a name", many("multipart/mixed", TEXT, part("image/png", PNG, 'Content-Disposition: attachment; filename="C:\\\\bills\\\\may.png"')), {"files": ["may.png"]}),
    ("a name written backwards", many("multipart/mixed", TEXT, part("image/png", PNG, 'Content-Disposition: attachment; filename="bill\u202egnp.exe"')), {"files": ["bill_gnp.exe"]}),
    ("a name of a thousand letters", many("multipart/mixed", TEXT, part("image/png", PNG, f'Content-Disposition: attachment; filename="{"x" * 1000}.png"')), {"files": ["x" * 146 + ".png"]}),
    ("only dots as a name", many("multipart/mixed", TEXT, part("image/png", PNG, 'Content-Disposition: attachment; filename=".."')), {"files": ["file"]}),
    # --- pages
    ("a script", typed("text/html", "<p>Hi<script>alert(1)</script></p>"), {"html": "<p>Hi</p>", "no_html": "alert"}),
    ("handlers and styles", typed("text/html", "<p onclick=x style='color:red' class=a>Hi</p><style>p{}</style>"), {"html": "<p>Hi</p>"}),
    ("a script as a link", typed("text/html", "<a href='java&#10;script:alert(1)'>Hi</a>"), {"no_html": "script"}),
    ("a link into the hub", typed("text/html", "<a href='/account/logout'>Hi</a>"), {"no_html": "href"}),
    ("a link outside", typed("text/html", "<a href='https://x.test/'>Hi</a>"), {"html": 'target="_blank"', "no_html": "onclick"}),
    ("a remote picture", typed("text/html", "<p>Hi<img src=https://x.test/spy.gif srcset='https://x.test/2 2x'></p>"), {"html": '<img data-src="https://x.test/spy.gif">', "no_html": " src="}),
    ("a picture inside the page", typed("text/html", "<img src='data:image/png;base64,iVBO'>"), {"html": "data:image/png"}),
    ("a drawing inside the page", typed("text/html", "<p>Hi<img src='data:image/svg+xml;base64,PHN2'></p>"), {"no_html": "svg"}),
    ("a form", typed("text/html", "<form action=https://x.test><input name=pin>Hi</form>"), {"html": "Hi", "no_html": "<form"}),
    ("a frame", typed("text/html", "<p>Hi</p><iframe src=https://x.test></iframe><object data=x></object>"), {"no_html": "x.test"}),
    ("a table", typed("text/html", "<table><tr><td colspan=2 bgcolor=red>Hi</td></tr></table>"), {"html": 'colspan="2"'}),
    ("a page too deep", typed("text/html", "<div>" * 5000 + "Hi"), {"text": "Hi", "files": ["message.html"], "defect": "tangled"}),
]  # fmt: skip
