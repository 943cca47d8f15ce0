"""Singer target for Listrak SMS: profiles, subscriptions, unsubscribes and opt-outs."""
