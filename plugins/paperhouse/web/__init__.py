"""The warehouse as web pages, in the Airflow UI or alone on this machine.

A question goes one way: `app` → a module of `pages` → its queries in `rows` → the `snapshot` of one version.
"""
