"""Albums have layouts: no column is new, but a version without them would let them go stale."""

from __future__ import annotations

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """The layouts are made after the last migration: ``store/migrate.py``."""
