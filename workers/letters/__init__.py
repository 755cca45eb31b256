"""The one outbound gate: every letter of every kind passes here, and the ledger knows what became of it.

The ledger is the queue. A wish (`letters.due`) is rendered once and written down before anything is sent;
lanes send what is committed; what the provider said comes back as an input of the next transaction.
"""
