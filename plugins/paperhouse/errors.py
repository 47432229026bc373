"""The one thing all of paperhouse's own errors have in common."""


class PaperhouseError(Exception):
    """Something a person can put right. The message says what is wrong and what to do, in one line."""
