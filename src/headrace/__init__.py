"""headrace: Telegram channels in an archive of your own."""

__version__ = "0.1.0"
