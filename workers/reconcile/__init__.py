"""In = out: proves from the records themselves that every delivery came to exactly one end, or names it."""
