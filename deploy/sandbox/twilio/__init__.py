"""A stand-in for Twilio's Programmable Messaging: its REST API outward, its signed webhooks inward.

Wire format: https://www.twilio.com/docs/messaging/api/message-resource and
https://www.twilio.com/docs/messaging/guides/webhook-request
"""
