"""Reads a Telegram Desktop export: the second source."""
