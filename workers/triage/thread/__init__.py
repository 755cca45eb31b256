"""Does this message continue a case of its sender?"""
