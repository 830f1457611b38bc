"""Nouns: frozen values and the small protocols that travel sideways; no I/O.

Values are ``msgspec`` structs: as quick to make as tuples, and each is its own JSON
(defaults left out, see ``docs/reference/content.md``).
"""
