"""Digests over what names a layer."""

from hashlib import blake2b


def digest(*parts: object) -> str:
    """A digest over plain data: strings, numbers, None, and tuples of them."""
    return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()
