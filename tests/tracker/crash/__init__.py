"""
A service with its tracker, three kinds of client, and somebody who kills everything at random.

    python -m tests.tracker.crash 20000 --store sqlite

Every event that was accepted has to be stored exactly once in the end.
"""
