"""Worlds: what the small Telegram contains, made from a name and a seed."""
