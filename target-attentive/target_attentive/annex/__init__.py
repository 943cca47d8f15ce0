"""Annex Cloud's segment call, which its integration with Attentive makes: another host, another token, one action."""
