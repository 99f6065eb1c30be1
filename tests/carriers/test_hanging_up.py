"""A customer's server that goes away makes room at once."""

from __future__ import annotations


def test_a_connection_cut_off_in_the_middle_makes_room(open_door, talk, knock, kept, eventually):
    listener = open_door(connections=1)
    stream = talk(listener)
    stream.write(b"LHLO me\r\nMAIL FROM:<r@x>\r\nRCPT TO:<a@hub.test>\r\nDATA\r\nhalf")
    stream.read(10)
    talk.hang_up()
    eventually(lambda: not listener.lines)

    knock(listener).sendmail("rosa@cust.test", ["billing@hub.test"], b"Subject: x\r\n\r\nhi\r\n")
    assert len(kept) == 1
