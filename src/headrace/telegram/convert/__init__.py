"""From Telegram's objects to the nouns of the model, as ``docs/reference/content.md`` says."""
