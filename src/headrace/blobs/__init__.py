"""Bytes: the files on the disk; later the media, by content hash."""
