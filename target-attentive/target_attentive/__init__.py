"""Singer target for Attentive: subscribers, attributes, events and segments."""
