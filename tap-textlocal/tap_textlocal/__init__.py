"""Singer tap for Textlocal: templates, senders, groups, contacts, opt-outs, what is scheduled, figures, history."""
