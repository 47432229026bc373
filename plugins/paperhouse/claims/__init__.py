"""Reported numbers from running text, in English and Chinese: text in, claims with verbatim evidence out."""
