"""Tampering shows: signed digests of all documents, sent outside each hour, and what checks them."""
