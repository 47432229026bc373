"""Readers: from a paper's document to what is said about it, every sentence and number with its place."""
