"""How well texts are understood, how quickly, and what each part of it is worth."""
