"""One module a page: what it takes from the address, and what it shows."""
