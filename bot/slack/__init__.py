"""Slack: the same commands and cards, with slack-bolt over Socket Mode or signed HTTP."""
