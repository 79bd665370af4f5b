"""Keycloak as Paygir's OIDC provider: its realm, its accounts, and signing in."""
