"""Messages to organisations written for this project in many languages, their labels, and the checks on both.

Training and tests read it; nothing that runs does, so it stays out of the wheel. README.md has the rubric.
"""
