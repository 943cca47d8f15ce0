"""The console: what happens in a sandbox, for people who look before they read."""
