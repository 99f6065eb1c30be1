"""Why something did not go as it should, in the reader's language.

The rooms below keep such reasons in English: one row is read by people of either language, and a
worker has none. A reason is often a known phrase with what a server answered beside it, in
brackets or after a colon; the phrase is translated and the answer left as it was said.
"""

from __future__ import annotations

import re
from functools import cache

from django.utils.translation import gettext, gettext_noop

KNOWN = (
    # what carriers say of a mail that did not arrive
    gettext_noop("there is something wrong with the address"),
    gettext_noop("there is no such mailbox"),
    gettext_noop("there is no such mail domain"),
    gettext_noop("the address is not written as an address"),
    gettext_noop("the address fits more than one mailbox"),
    gettext_noop("the mailbox has moved and left no new address"),
    gettext_noop("our own sender address is not written as an address"),
    gettext_noop("their server does not accept our sender address"),
    gettext_noop("the domain says that it takes no mail"),
    gettext_noop("there is something wrong with the mailbox"),
    gettext_noop("the mailbox is switched off"),
    gettext_noop("the mailbox is full"),
    gettext_noop("the message is too big for the mailbox"),
    gettext_noop("the mailing list could not be expanded"),
    gettext_noop("their mail system has a problem"),
    gettext_noop("their mail system is full"),
    gettext_noop("their mail system takes no mail at the moment"),
    gettext_noop("the message is too big for their mail system"),
    gettext_noop("there was a network problem on the way"),
    gettext_noop("their mail server does not answer"),
    gettext_noop("the connection to their mail server broke"),
    gettext_noop("the name of their mail server could not be looked up"),
    gettext_noop("no way to their mail server was found"),
    gettext_noop("their mail system is overloaded"),
    gettext_noop("the message went round in a loop"),
    gettext_noop("it could not be delivered in the time allowed"),
    gettext_noop("their mail server did not understand ours"),
    gettext_noop("there were too many recipients"),
    gettext_noop("the content of the message was not accepted"),
    gettext_noop("the kind of content was not accepted"),
    gettext_noop("their mail server cannot take addresses with such letters"),
    gettext_noop("it was refused for policy or security reasons"),
    gettext_noop("their server refused it: not authorised, or taken for spam"),
    gettext_noop("one may not write to this mailing list"),
    gettext_noop("our sign-in to the mail server was refused"),
    gettext_noop("our way of signing in to the mail server is too weak for it"),
    gettext_noop("our signature (DKIM) did not pass"),
    gettext_noop("our server may not send for our domain (SPF)"),
    gettext_noop("our mail server's name does not check out"),
    gettext_noop("neither our signature nor our server passed their checks"),
    gettext_noop("their mail server refused it without saying why"),
    gettext_noop("no mail server is set up for outgoing mail (HUB_SMTP_URL)"),
    gettext_noop("nobody to send it to"),
    gettext_noop("the mail server cannot write to addresses with such letters"),
    gettext_noop("the mail server did not answer in time"),
    gettext_noop("the mail server did not finish in time"),
    gettext_noop("the mail server refuses connections"),
    gettext_noop("the mail server refused our user name or password"),
    gettext_noop("the mail server's certificate is not to be trusted"),
    gettext_noop("the hub could not send it"),
    gettext_noop("could not connect"),
    gettext_noop("the connection broke"),
    gettext_noop("it was refused"),
    gettext_noop("it may have been taken"),
    # what a mail is that cannot be filed
    gettext_noop("the mail is empty"),
    # what is known of customers
    gettext_noop("email on file"),
    gettext_noop("phone on file"),
    gettext_noop("account number in the text"),
    gettext_noop("citation in the text"),
    gettext_noop("licence plate in the text"),
    gettext_noop("meter in the text"),
    gettext_noop("the customer asked not to be written to here"),
    # what became of jobs
    gettext_noop("The worker that ran it is gone."),
    gettext_noop("The worker was stopped while it ran."),
)
TOO_LARGE = re.compile(r"larger than (\d+) MB; it is still in the (raw mail|mailbox)(?=$|: )")


def explained(reason: str) -> str:
    """Say `reason` in the active language as far as it is known; the rest stays as it is."""
    large = TOO_LARGE.match(reason)
    if large:
        in_words = (
            gettext("larger than %(limit)s MB; it is still in the raw mail")
            if large[2] == "raw mail"
            else gettext("larger than %(limit)s MB; it is still in the mailbox")
        )
        return in_words % {"limit": large[1]} + reason[large.end() :]
    return _phrases().sub(lambda phrase: gettext(phrase[0]), reason)


@cache
def _phrases() -> re.Pattern[str]:
    """Any known phrase that stands alone: at an end, or beside what a server or address said."""
    known = "|".join(re.escape(one) for one in sorted(KNOWN, key=len, reverse=True))
    return re.compile(rf"(?:(?<=: )|(?<=; )|^)(?:{known})(?=$|[:;]| \()")
