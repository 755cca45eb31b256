"""Linear heads over hashed words: quick, small, and every decision splits exactly into what each word gave."""
