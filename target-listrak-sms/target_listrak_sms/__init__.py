"""Singer target for Listrak SMS."""
