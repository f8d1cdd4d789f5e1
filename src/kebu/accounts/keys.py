"""Secrets that let somebody in: made here, shown once, kept as hashes only."""

import hashlib
import secrets

#: Every secret of ours begins so; the log redactor (`kebu.core.logs`) knows them by it.
PREFIX = "kebu_"


def new_secret() -> str:
    """A secret of 256 random bits that is safe in an address and easy to select by a double click."""
    return PREFIX + secrets.token_hex(32)


def hashed(secret: str) -> str:
    """What is stored of `secret`. Plain SHA-256 is enough, for nobody can guess 256 bits; and it can be looked up."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
