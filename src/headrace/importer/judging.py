"""Judging: which of some files are fetched; what is not is written down with its reason."""

from __future__ import annotations

from collections.abc import Sequence

from headrace.importer.file_ports import FileRows
from headrace.model.coverage import Lease
from headrace.model.download import MediaPolicy
from headrace.model.values import FileKey, PeerId
from headrace.transform.media_policy import judge


async def let_through(
    rows: FileRows, lease: Lease, chat_id: PeerId, policy: MediaPolicy, keys: Sequence[FileKey]
) -> set[FileKey]:
    """Those of the files that are still wanted and that the policy lets through."""
    facts = await rows.facts_of(chat_id, keys)
    reasons = {one.key: judge(policy, one) for one in facts}
    skipped = {key: reason for key, reason in reasons.items() if reason}
    if skipped:
        await rows.skip_files(lease, skipped)
    return {key for key, reason in reasons.items() if not reason}
