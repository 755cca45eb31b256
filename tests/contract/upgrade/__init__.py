"""A rolling upgrade: old workers pass new words on, new workers read old records."""
