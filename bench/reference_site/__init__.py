"""The least program that answers when a visit fits: what our own request is held against.

Bare Django without middleware, one SQL query for the busy ranges, an integer sweep, JSON. It knows
who works when by heart, asks nobody who they are and takes everything it is told on trust.
"""
