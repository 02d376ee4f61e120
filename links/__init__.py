"""What it means: read claims out of an entry, decide what is news. No network, no disk, no clock."""
