"""Imports: a daily report that somebody wrote, taken apart into readings and written back byte for byte."""
