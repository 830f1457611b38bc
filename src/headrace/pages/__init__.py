"""Views: what is shown of the rows; HTML for site, export and print comes with a later issue."""
