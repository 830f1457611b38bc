"""Archives as files for others (a later issue)."""
