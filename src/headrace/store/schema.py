"""What all tables of an archive are made of."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Integer, MetaData, Text
from sqlalchemy.dialects.postgresql import JSONB

from headrace.model.coverage import TELEGRAM

#: Whole once ``store/tables.py`` is imported.
metadata = MetaData()

Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def key(name: str, kind: type[BigInteger | Text | Integer] = BigInteger) -> Column[object]:
    return Column(name, kind, primary_key=True, autoincrement=False)


def need(name: str, kind: type[BigInteger | Text | Boolean | Integer]) -> Column[object]:
    return Column(name, kind, nullable=False)


def said(name: str) -> Column[object]:
    """A text that older rows do not have yet."""
    return Column(name, Text, nullable=False, server_default="")


def source() -> Column[object]:
    """Whose words a row has: ``telegram``, or ``desktop`` where only an export has spoken."""
    return Column("source", Text, nullable=False, server_default=TELEGRAM)
