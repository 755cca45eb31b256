"""The judge of the chaos run, fed with accidents: it must notice every one of them."""
