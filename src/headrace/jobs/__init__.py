"""When: running imports as jobs (a later issue)."""
