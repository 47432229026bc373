"""paperhouse: your own warehouse of Hugging Face Daily Papers."""

__version__ = "0.1.0"
