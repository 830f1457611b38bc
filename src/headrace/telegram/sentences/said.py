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
        """Finish the sentences with Telegram's own name for the matter, or a constructor's id."""
        name = f" ({code})" if code.isupper() or code.startswith("0x") else ""
        return replace(self, en=f"{self.en}{name}.", ru=f"{self.ru}{name}.")


def each(names: str, said: Said) -> dict[str, Said]:
    """The same for several of Telegram's names."""
    return dict.fromkeys(names.split(), said)
