"""Generated contracts; see gateway.published."""
