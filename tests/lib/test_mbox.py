from contact_hub.lib.mbox import messages

ONE = b"From: rosa@cust.test\r\nSubject: Hi\r\n\r\nHello\r\n"


def test_a_message_alone_is_itself_byte_for_byte():
    assert list(messages(ONE.splitlines(keepends=True))) == [("", ONE)]


def test_nothing_is_no_message():
    assert list(messages([])) == []


def test_an_mbox_is_split_at_its_separators_and_tells_the_senders():
    box = (
        b"From rosa@cust.test Mon Nov  2 09:00:00 2026\n"
        b"Subject: 1\n\nOne\n\n"
        b"From MAILER-DAEMON Mon Nov  2 09:00:01 2026\n"
        b"Subject: 2\n\nTwo\n"
    )

    assert list(messages(box.splitlines(keepends=True))) == [
        ("rosa@cust.test", b"Subject: 1\n\nOne\n"),
        ("", b"Subject: 2\n\nTwo\n"),
    ]


def test_a_sentence_that_begins_with_from_does_not_split_a_message():
    box = (
        b"From rosa@cust.test Mon Nov  2 09:00:00 2026\n"
        b"Subject: 1\n\n"
        b"From what I see, you owe me.\n\n"
        b"From here on I pay nothing.\n"
        b">From my side that is all.\n"
    )

    ((_sender, message),) = messages(box.splitlines(keepends=True))

    assert message.endswith(b"nothing.\nFrom my side that is all.\n")


def test_a_separator_before_a_single_message_from_a_pipe_is_taken_off():
    piped = [b"From ana@cust.test Mon Nov  2 09:00:00 2026\n", *ONE.splitlines(keepends=True)]

    assert list(messages(piped)) == [("ana@cust.test", ONE)]
