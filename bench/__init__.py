"""Measurements of paperhouse: `make bench` runs bench/run.py; leaderboard.py and readers.py stand alone."""
