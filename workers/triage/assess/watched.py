"""In which words danger is looked for: a cut must never hide a gas leak."""

from schemas.message import Message


def watched(message: Message) -> str:
    """Everything the message says but what our own letters said: subject, words, and what was set aside from them."""
    return "\n\n".join(filter(None, (message.subject, message.text, message.set_aside)))
