"""Rows to HTML, for the site, the export and print (a later issue)."""
