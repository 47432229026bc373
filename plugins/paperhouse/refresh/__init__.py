"""Looking again: votes of listed papers settle over a month, and their pages tell what was built with them."""
