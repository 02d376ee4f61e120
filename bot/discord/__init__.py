"""Discord: slash commands, components, cards and delivery, by discord.py."""
