"""Secrets that have to wait in the database for a job: sealed with the installation's key, which is not in there."""

import base64
import hashlib

from cryptography.fernet import Fernet
from django.conf import settings


def seal(text: str) -> str:
    """The text as nobody reads it who has the database alone."""
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """What was sealed. Raises `cryptography.fernet.InvalidToken` where the key is another one by now."""
    return _box().decrypt(sealed.encode()).decode()


def _box() -> Fernet:
    key = hashlib.blake2b(settings.SECRET_KEY.encode(), digest_size=32, person=b"kebu.sealed").digest()
    return Fernet(base64.urlsafe_b64encode(key))
