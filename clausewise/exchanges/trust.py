"""Which certificates are trusted, and what is wrong with one that is not."""

from __future__ import annotations

import ssl
from pathlib import Path

import certifi

from clausewise.errors import UsageError

_WRONG = {
    9: "is not valid yet: have it mended on the server, or set the clock here",
    10: "has expired: have it renewed on the server, or set the clock here",
    62: "is for another host: give the name that it is for in the base URL",
    64: "is for another host: give the name that it is for in the base URL",
}
"""What OpenSSL's numbers mean where another CA bundle would not help."""


def trusting(ca_bundle: Path | None) -> ssl.SSLContext:
    """What connections over TLS are verified by: the authorities in that file, or else those of certifi.

    Raises ``UsageError`` if the file cannot be read as certificates.
    """
    try:
        return ssl.create_default_context(cafile=ca_bundle or certifi.where())
    except OSError as error:  # ssl.SSLError is one, too
        raise UsageError(
            f"the CA bundle {ca_bundle} cannot be read ({error.strerror or error}): give a file with the certificates "
            f"of the authorities to trust, in PEM, by --ca-bundle"
        ) from error


def distrust(error: ssl.SSLCertVerificationError) -> str:
    """Why a certificate is not trusted, and how to mend that."""
    said = _WRONG.get(error.verify_code)
    if said is None:
        said = (
            f"is signed by no authority that is trusted here ({error.verify_message}): name a file with the "
            f"certificate of its authority by --ca-bundle"
        )
    return f"the target's certificate {said}"
