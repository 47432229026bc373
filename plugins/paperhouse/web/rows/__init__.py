"""What the pages ask of the published tables, as rows."""
