"""The only code that speaks to Telegram and imports Telethon."""
