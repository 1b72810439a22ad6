"""Fetch the page's third-party files from npm, at the versions and digests pinned here.

Run by hand when a version changes: `python scripts/vendor_page.py`. The page never fetches them.
Needs npm; each package's tarball is checked against its digest before a file of it is kept.
"""

import base64
import hashlib
import io
import re
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

VENDOR = Path(__file__).parents[1] / "dashboard_static" / "vendor"
BUNDLE = "plotly-strict.min.js"


@dataclass(frozen=True, slots=True)
class Package:
    """An npm package: its folder here, its files to keep, and the sha512 of its tarball."""

    name: str
    version: str
    licence: str
    folder: str
    files: tuple[str, ...]
    sha512: str


PACKAGES = (
    Package(
        "plotly.js-strict-dist-min",
        "4.1.1",
        "MIT",
        "plotly",
        (BUNDLE, "LICENSE"),
        "/M2gRAF8LeqafKIO/bUU+DQk7RlonVbwpPb2G/jZsfqCl/DttBfvF+wQfZ6vT9y9EKy47eDI/zfIWC/uA1L6TQ==",
    ),
    Package(
        "geotiff",
        "3.0.5",
        "MIT",
        "geotiff",
        ("dist-browser/geotiff.js", "LICENSE"),
        "OWcL9S9+yDZ6iAlXMt32T1iwUApJM8UiD47xbm6ZP1h33d10fqkPs14EG/ttT5EnefpZSx3G15iDFC5FxUNUwA==",
    ),
    Package(
        "flatgeobuf",
        "4.5.0",
        "BSD-3-Clause",
        "flatgeobuf",
        ("dist/flatgeobuf-geojson.min.js", "LICENSE"),
        "prxx+zi2ae+K6FKxeXF/6RrtAUWlijUoLo6e7hveEfpP8GEXNfElTbIkHz6VI9golDpbbmHni79geC3XHKVuGQ==",
    ),
    Package(
        "@fontsource-variable/inter",
        "5.3.0",
        "OFL-1.1",
        "inter",
        ("files/inter-latin-wght-normal.woff2", "LICENSE"),
        "OupL48va4JNofb97w6NYeF9S7W/kHNKM0Er8Dem5nqi4jeOLrVJDoE8tZEpnMJmtkvNbB1EIPPwHcdkF6b1oUA==",
    ),
)


def main() -> None:
    """Fetch every package, keep its files, and write Plotly's style sheet beside its bundle."""
    for package in PACKAGES:
        _keep(package, tarball(package))
        print(f"{package.name} {package.version}")
    (VENDOR / "plotly" / "plotly.css").write_text(_style_sheet(), "utf-8")


def tarball(package: Package) -> bytes:
    """Fetch it from npm; another digest than the pinned one ends the program."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--json", f"{package.name}@{package.version}"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
        content = next(Path(folder).glob("*.tgz")).read_bytes()
    digest = base64.b64encode(hashlib.sha512(content).digest()).decode()
    if digest != package.sha512:
        raise SystemExit(f"{package.name}: sha512 is {digest}, not {package.sha512}")
    return content


def _keep(package: Package, tarball: bytes) -> None:
    folder = VENDOR / package.folder
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(tarball)) as archive:
        for name in package.files:
            _write(archive.extractfile(f"package/{name}"), folder / Path(name).name)
    note = f"{package.name} {package.version} ({package.licence}), unchanged, from npm\n"
    (folder / "VERSION").write_text(note, "utf-8")


def _write(member: IO[bytes] | None, path: Path) -> None:
    if member is None:
        raise SystemExit(f"{path.name} is not in the package")
    path.write_bytes(member.read())


def _style_sheet() -> str:
    """Return the rules that Plotly would else inject as an inline style, which the CSP forbids.

    The bundle holds them as `{"X selector": "rules"}`, X being the plot's class; it skips the
    injection where the page links a style sheet with the id `plotly.js-style-global`.
    """
    bundle = (VENDOR / "plotly" / BUNDLE).read_text("utf-8")
    table = re.search(r"""\{("X,X div":(?:"[^"]*"|'[^']*'|Y(?=:)|[:,])*)\}""", bundle)
    if table is None:
        raise SystemExit(f"{BUNDLE} has no table of style rules")
    strings = [_unquote(text) for text in re.findall(r""""[^"]*"|'[^']*'|Y(?=:)""", table[1])]
    pairs = zip(strings[::2], strings[1::2], strict=True)
    rules = [f"{_selector(key)} {{{value}}}" for key, value in pairs]
    return "\n".join(["/* From the bundle, by scripts/vendor_page.py. */", *rules, ""])


def _selector(key: str) -> str:
    return key.replace("X", ".js-plotly-plot .plotly").replace("Y", ".plotly-notifier")


def _unquote(text: str) -> str:
    return text.strip(text[0]) if text[0] in "\"'" else text


if __name__ == "__main__":
    main()
