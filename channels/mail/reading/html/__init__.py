"""HTML to the text a reader sees. Nothing is fetched; scripts, styles and hidden words are left out.

text walks the tree, page forms the lines, hidden knows what a reader does not see, bare takes the tags off what no
browser would build.
"""

from channels.mail.reading.html.text import quotes, to_text

__all__ = ["quotes", "to_text"]
