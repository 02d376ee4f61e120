"""What we keep: feeds, entries, players, claims, links, watches, alerts, deliveries."""
