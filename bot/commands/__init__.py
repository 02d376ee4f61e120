"""The command table, without a platform in it."""
