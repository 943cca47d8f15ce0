"""Singer target for Textlocal: contacts, personal messages and campaigns at their time."""
