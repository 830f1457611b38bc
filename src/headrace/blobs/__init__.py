"""Bytes by content hash (a later issue)."""
