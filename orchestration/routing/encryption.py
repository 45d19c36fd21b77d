"""Files encrypted for one recipient: CMS enveloped data (RFC 5652), which `openssl cms -decrypt` opens.

The certificate lies beside the declaration. A file is held in memory while it is encrypted, so that there is a limit.
"""

import datetime as dt
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from orchestration.errors import VigieError

#: The ending of the name of an encrypted file.
SUFFIX = ".p7m"
#: Bytes of a file that can be encrypted.
LARGEST = 256 * 2**20


def certificate(path: Path, now: dt.datetime) -> x509.Certificate:
    """The certificate of a recipient. Raises VigieError when it cannot be read, or does not hold now."""
    try:
        found = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise VigieError(f"The certificate {path.name} cannot be read: files are not sent without it.") from error
    if not found.not_valid_before_utc <= now <= found.not_valid_after_utc:
        raise VigieError(
            f"The certificate {path.name} holds from {found.not_valid_before_utc:%Y-%m-%d} to "
            f"{found.not_valid_after_utc:%Y-%m-%d}: ask the recipient for another one. Nothing is sent until then."
        )
    return found


def encrypt(path: Path, to: x509.Certificate) -> Path:
    """Encrypt a file, which goes; the path of what it has become."""
    if path.stat().st_size > LARGEST:
        raise VigieError(f"{path.name} is larger than {LARGEST // 2**20} MB: let it be sent by month, as Parquet.")
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(path.read_bytes()).add_recipient(to)
    builder = builder.set_content_encryption_algorithm(algorithms.AES256)
    made = path.with_name(path.name + SUFFIX)
    made.write_bytes(builder.encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary]))
    path.unlink()
    return made
