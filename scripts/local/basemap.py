"""The map that the page may show around an image: tiles of another host, which the policy then names."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from scripts.local.errors import LocalError

_MAX_ZOOM = 19


@dataclass(frozen=True, slots=True)
class Basemap:
    """Tiles of Web Mercator: an address with {z}, {x} and {y}, and whom they are owed to."""

    url: str
    attribution: str
    max_zoom: int = _MAX_ZOOM

    @property
    def origin(self) -> str:
        """Scheme and host, as a policy names them."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


def basemap_of(environment: Mapping[str, str]) -> Basemap | None:
    """Return what TESELA_BASEMAP_URL and TESELA_BASEMAP_ATTRIBUTION state, None without the first.

    Raises:
        LocalError: The address has no {z}, {x} and {y} or no host, or nobody is named.
    """
    url = environment.get("TESELA_BASEMAP_URL", "")
    if not url:
        return None
    if not all(part in url for part in ("{z}", "{x}", "{y}")):
        raise LocalError(f"TESELA_BASEMAP_URL needs {{z}}, {{x}} and {{y}}, which {url!r} lacks.")
    parts = urlsplit(url)
    if (
        parts.scheme not in ("https", "http")
        or not parts.netloc
        or set(parts.netloc) & set("{} ;,")
    ):
        raise LocalError(f"TESELA_BASEMAP_URL needs one http or https host: {url!r}.")
    attribution = environment.get("TESELA_BASEMAP_ATTRIBUTION", "")
    if not attribution:
        raise LocalError("TESELA_BASEMAP_ATTRIBUTION must name whom the tiles are owed to.")
    return Basemap(url, attribution)
