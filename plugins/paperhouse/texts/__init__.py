"""Texts: which papers to read next, and their text from arXiv or Hugging Face, landed untouched."""
