"""What many complaints say together: counts by the minute and surges, computed by Faust over finished events.

At least once is enough here, because every bucket knows which positions it has counted.
"""
