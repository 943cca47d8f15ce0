"""From a Singer record to a settled outcome at an SMS or e-mail marketing vendor: the engine of our targets."""
