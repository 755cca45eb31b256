"""A call's media are found by the names they came under, in the order of their numbers."""

from channels.sms.payload import calls


def test_media_come_in_the_order_of_their_numbers_however_these_are_written() -> None:
    body = b"MessageSid=SM1&From=%2B14155550100&MediaUrl10=k&MediaUrl01=b&MediaUrl00=a&MediaContentType00=image%2Fpng"
    (call,) = calls(body)
    assert [(one.url, one.kind) for one in call.media] == [("a", "image/png"), ("b", ""), ("k", "")]
