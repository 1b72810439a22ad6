"""The page's files as CloudFront will serve them: types, security headers, `config.json`."""

import gzip
import json
import tomllib
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from tesela.settings import StageSettings

from scripts.local.basemap import Basemap
from scripts.local.http.server import Connection, HttpServer

_ROOT = Path(__file__).resolve().parents[2]
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/vnd.microsoft.icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".tif": "image/tiff",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_PACKED = (".css", ".html", ".js", ".svg")


class Page(HttpServer):
    """Serves the files below `root`, and nothing else."""

    def __init__(self, port: int, root: Path, setting: str = "") -> None:
        super().__init__(port, _PageConnection, setting)
        self.root = root.resolve()
        self.headers: dict[str, str] = {}
        self.config = b"{}"

    def configure(self, api_url: str, objects_url: str, basemap: Basemap | None = None) -> None:
        """Tell the page where the function is; the addresses may be asked by its scripts."""
        self.headers = security_headers(api_url, objects_url, basemap)
        self.config = json.dumps(page_config(api_url, basemap), ensure_ascii=False).encode()

    def find(self, target: str) -> Path | None:
        """Return the file that a request's target names, None where there is none inside `root`."""
        path = unquote(target.partition("?")[0]).lstrip("/")
        if "\0" in path:
            return None
        file = (self.root / path).resolve()
        if file.is_dir():
            file /= "index.html"
        return file if file.is_relative_to(self.root) and file.is_file() else None


def security_headers(
    api_url: str, objects_url: str, basemap: Basemap | None = None
) -> dict[str, str]:
    """Return the headers of every answer.

    A large result is a redirect from the API to S3, which `connect-src` checks a second time.
    Plotly writes its styles at run time: 'unsafe-inline' for styles, never for scripts.
    """
    tiles = f" {basemap.origin}" if basemap else ""
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": f"'self' data: blob: {api_url} {objects_url}",
        "font-src": "'self'",
        "connect-src": f"'self' {api_url} {objects_url}{tiles}",
        "worker-src": "'self' blob:",
        "manifest-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


def page_config(api_url: str, basemap: Basemap | None = None) -> dict[str, Any]:
    """Return `config.json`: the API's address, the version, the classes and facts of the service."""
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text())["project"]
    catalogue, facts = (
        json.loads((_ROOT / "lambda_image/tesela" / name).read_text())
        for name in ("catalogue.json", "page.json")
    )
    scenes = {"max_km2": StageSettings.model_fields["max_km2"].default}
    about = {"apiUrl": api_url, "version": project["version"], "scenes": scenes}
    return {**about, "basemap": basemap and asdict(basemap), **catalogue, **facts}


@lru_cache(maxsize=128)
def _pack(body: bytes) -> bytes:
    """As CloudFront does."""
    return gzip.compress(body, mtime=0)


class _PageConnection(Connection):
    server: Page

    def answer(self, body: bytes) -> None:  # noqa: ARG002 (a page takes none)
        """Send a file, `config.json`, or why not."""
        if self.command not in ("GET", "HEAD"):
            self._reply(405, b"Method Not Allowed\n", {"Allow": "GET, HEAD"})
        elif self.headers.get("Host", "").startswith("localhost:"):
            # The function knows one origin of the page, as when deployed.
            self._reply(307, b"", {"Location": self.server.url + self.path})
        elif self.path.partition("?")[0] == "/config.json":
            self._reply(200, self.server.config, {"Content-Type": _TYPES[".json"]})
        elif file := self.server.find(self.path):
            self._file(file)
        else:
            self._reply(404, b"Not Found\n", {"Content-Type": _TYPES[".txt"]})

    def _file(self, file: Path) -> None:
        status = file.stat()
        tag = f'"{status.st_mtime_ns:x}-{status.st_size:x}"'
        headers = {
            "Content-Type": _TYPES.get(file.suffix.lower(), "application/octet-stream"),
            "ETag": tag,
        }
        if self.headers.get("If-None-Match") == tag:
            return self._reply(304, b"", headers)
        body = file.read_bytes()
        if file.suffix in _PACKED and "gzip" in self.headers.get("Accept-Encoding", ""):
            body, headers["Content-Encoding"] = _pack(body), "gzip"
        return self._reply(200, body, headers)

    def _reply(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        always = self.server.headers | {"Cache-Control": "no-cache"}
        self.reply(status, body, (always | headers).items())
