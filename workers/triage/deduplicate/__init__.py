"""Is this message one that was already dealt with, or one that its sender already said?"""
