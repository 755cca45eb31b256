"""A stand-in for Telegram's Bot API: long polling, webhooks, messages."""
