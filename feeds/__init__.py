"""What the web said: fetch a page politely, parse it into entries, decide when to come back."""
