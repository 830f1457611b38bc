"""A thing said in two languages, with its next step."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A sentence without its full stop, and what to do next, each in English and Russian."""

    en: str
    ru: str
    hint_en: str
    hint_ru: str

    def of(self, code: str) -> Said:
        """Finish the sentences with Telegram's own name for the matter."""
        return replace(self, en=f"{self.en} ({code}).", ru=f"{self.ru} ({code}).")


def each(names: str, said: Said) -> dict[str, Said]:
    """The same for several of Telegram's names."""
    return dict.fromkeys(names.split(), said)
