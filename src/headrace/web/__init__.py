"""The site and its REST API (a later issue)."""
