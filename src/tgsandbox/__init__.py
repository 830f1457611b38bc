"""tgsandbox: a small Telegram on loopback, for demonstrations, tests and measurements.

It imports nothing of headrace.
"""
