"""A stand-in for Meta's Graph API and webhooks: WhatsApp, Messenger and Instagram live on one server."""
