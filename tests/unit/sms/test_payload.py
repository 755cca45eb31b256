"""A call's media are found by the names they came under, in the order of their numbers."""

import pytest

from channels.sms import CHANNEL
from channels.sms.payload import calls
from schemas.errors import Unreadable


def test_media_come_in_the_order_of_their_numbers_however_these_are_written() -> None:
    body = b"MessageSid=SM1&From=%2B14155550100&MediaUrl10=k&MediaUrl01=b&MediaUrl00=a&MediaContentType00=image%2Fpng"
    (call,) = calls(body)
    assert [(one.url, one.kind) for one in call.media] == [("a", "image/png"), ("b", ""), ("k", "")]


def test_an_address_with_fields_without_end_is_unreadable_and_no_crash() -> None:
    with pytest.raises(Unreadable, match="not a form"):
        CHANNEL.read(b"MessageSid=SM1&SmsStatus=sent&From=%2B14155550100", {"query": "a=b&" * 600})
