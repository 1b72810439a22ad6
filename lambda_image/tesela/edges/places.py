"""Where the files of a scene lie: objects of S3, and files of the web. What the plan finds, blocks read."""

from dataclasses import dataclass

from pydantic import TypeAdapter

from tesela.core.ranges import BandFiles, RangeSource
from tesela.edges.https import HttpsSource, Web
from tesela.edges.s3_scenes import S3Source, S3Sources
from tesela.errors import SourceRefusedError
from tesela.jobs.sources import Address, Allowed
from tesela.ports import Found


@dataclass(frozen=True, slots=True)
class Place:
    """A file, and what identifies its content."""

    address: Address
    found: Found
    requester_pays: bool = False


@dataclass(frozen=True, slots=True)
class Pinned:
    """The files of a scene, one or eight, and what a catalogue calls the bands."""

    places: tuple[Place, ...]
    names: tuple[str, ...] = ()


PINNED: TypeAdapter[Pinned] = TypeAdapter(Pinned)


class Places:
    """Finds and opens files, at allowed addresses alone."""

    def __init__(self, allowed: Allowed, web: Web | None = None) -> None:
        """Admit addresses; `web` is one of other certificates, for tests."""
        self._allowed, self._web, self._buckets = allowed, web or Web(allowed), S3Sources()

    def find(self, address: Address, *, requester_pays: bool = False) -> Place | None:
        """Return a file, or None where there is none.

        Raises:
            InvalidOptionError: The address is not allowed.
            SourceRefusedError: It cannot be read in ranges, or not by us.
        """
        self._allowed.check(address)
        if address.scheme == "https":
            found = self._web.find(address)
        else:
            found = self._buckets.find(address, requester_pays=requester_pays)
        return Place(address, found, requester_pays) if found else None

    def item(self, address: Address, limit: int, *, requester_pays: bool = False) -> bytes | None:
        """Return a JSON object of at most `limit` bytes, or None where the file is none.

        Servers that build documents for each request know neither their ranges nor their ETag.
        """
        try:
            place = self.find(address, requester_pays=requester_pays)
        except SourceRefusedError:
            return self._web.document(address, limit) if address.scheme == "https" else None
        if place is None or place.found.size > limit:
            return None
        body = self.open(place).read(0, place.found.size)
        return body if body.lstrip()[:1] == b"{" else None

    def open(self, place: Place) -> RangeSource:
        """Open a file that was found."""
        address = place.address
        if address.scheme == "https":
            return HttpsSource(self._web, address, place.found)
        paying = place.requester_pays
        return S3Source(address.place, address.path, place.found, requester_pays=paying)

    def open_all(self, pinned: Pinned) -> RangeSource:
        """Open the files of a scene as one source."""
        files = tuple(self.open(place) for place in pinned.places)
        return files[0] if len(files) == 1 else BandFiles(files)
