"""The slow lane: what one person or network sends beyond its share, at a quota, so that nobody else waits for it."""
