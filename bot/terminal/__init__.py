"""The terminal as a platform: commands are typed, alerts appear."""
