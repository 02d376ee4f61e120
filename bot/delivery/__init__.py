"""From the outbox into the channels: what is due, and what to do where a post or a feed fails."""
