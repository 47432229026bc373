"""The daily report, rendered from what is published."""
