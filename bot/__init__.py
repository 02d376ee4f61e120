"""What we say: commands, cards, delivery, and one adapter for each platform."""
