"""Singer tap for Listrak's SOAP API."""
