"""Wiring (see below)."""
