"""Is this the same text, nearly the same, or another one: fingerprints, shingles, the packed store and the verdict."""
