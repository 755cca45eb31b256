"""Expectations that are not met on purpose, or that contradict others: which, and why."""

ODDITIES: dict[str, str] = {
    "email/files/otobo/EmptyEmail.eml": "OTOBO replaces the space in a file name by an underscore; names are data here",
    "email/files/webklex/attachment_long_filename.eml": "php-imap prefers `name` to `filename`, against RFC 2183",
    "email/files/webklex/embedded_email_without_content_disposition.eml": "php-imap names a mail without a name by a"
    " hash; here it has its subject",
    "email/files/webklex/inline_attachment.eml": "php-imap names a picture without a name by a hash",
    "email/files/stalwart/malformed_002.eml": "a multipart without a boundary counts as one attachment there; here its"
    " words are read as text, so that nothing a person wrote is hidden in a file",
    "email/files/stalwart/malformed_004.eml": "as malformed_002",
    "email/files/stalwart/thirdparty_002.eml": "base64 that is none counts as an attachment there; here it is text",
    "email/files/flufl-bounce/simple_43.eml": "marked as no bounce for want of the usual headers; it says that mail"
    " delivery failed",
    "email/files/alaveteli/incoming-request-tnef-attachments.eml": "upstream's unpacker writes a space for the dash",
    "email/files/talon/std_iphone.eml": "`Sent from my iPhone` is kept by talon and dropped by all others",
    "email/files/talon/std_outlook.eml": "a mail that answers nothing (no Re:, no In-Reply-To) with another"
    " mail below is one that was passed on: its words stay",
    "reply_text/files/talon/short_url_body": "talon takes a closing formula for a signature; all others keep it",
    "reply_text/files/talon/johndoeexamplecom_body": "upstream's `#sig#` marks are no part of a mail",
    "reply_text/files/alaveteli/email-folding-example-4.txt": "a folded section leaves its neighbours behind; here"
    " contact lines under a rule are the signature",
    "reply_text/files/alaveteli/email-folding-example-6.txt": "an empty line more or less where a section was folded",
    "webhook_mastodon/files/mastodon-py/test_status_reblog_unreblog__2.json": "a boost is nobody's words to us:"
    " there is nothing to answer",
}
