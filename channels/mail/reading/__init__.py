"""How a mail's bytes become words. Pure: no network, no clock, no randomness. One room for each step:

structure, headers      the tree of parts and their fields, within caps
words, transfer         header values and bodies decoded (RFC 2045, 2047, 2231), charset guesses what labels hide
body, html, tnef, rtf   which parts are words and which are files; other clothes taken off
addresses, envelope     who wrote to whom, where an answer goes; trust: was the sender forged
thread, ours, identity  what it answers, what of our letters it brings back, what makes it the same mail again
automatic, bounce       mail by machines; bounce_words: how mail systems say that something did not arrive
reply_text, signature   what the person wrote this time; history_words: how mail programs introduce what they quote
forwarded, dates        whose words a forwarded mail has; when it was sent
"""
