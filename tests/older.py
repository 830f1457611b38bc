"""Archives as earlier versions left them, made of new ones."""

#: What 0004 and later ones added, taken away again: files had no kinds, and fewer of them had rows.
BEFORE_MEDIA = (
    "DROP TABLE peer_files",
    "DROP TABLE thumbnails",
    "DROP TABLE chatter",
    "DROP TABLE undecided",
    "DROP TABLE threads",
    "DROP INDEX messages_with_comments",
    "DROP TABLE seals",
    "DROP TABLE watch",
    "DROP TABLE hidden",
    "DROP TABLE IF EXISTS months",
    "DROP TABLE IF EXISTS found",
    "DROP TABLE findable",
    "DROP TABLE unindexed",
    "DROP INDEX messages_by_date",
    "DROP INDEX files_by_state",
    "DROP INDEX files_by_content",
    "DROP INDEX message_files_by_file",
    "CREATE INDEX message_files_by_file ON message_files (file)",
    "DELETE FROM message_files WHERE file LIKE 'document/%/%' OR role = 'custom_emoji'",
    "DELETE FROM files WHERE kind IN ('thumbnail', 'custom_emoji', 'avatar')",
    *(f"ALTER TABLE files DROP COLUMN {name}" for name in ("kind", "type", "extension")),
    "UPDATE alembic_version SET version_num = '0003'",
)
