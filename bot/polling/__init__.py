"""From the feeds to what they mean: when each is polled, what is read, what is taken in."""
