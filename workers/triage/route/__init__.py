"""Which queue a case goes to: rules as data, first match wins, an explicit default with an owner."""
