"""Listrak's IntegrationService v3.1 (SOAP): the nine operations a Singer tap reads."""
