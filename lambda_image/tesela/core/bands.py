"""Which band of a file is which of the eight: by the caller's word, by the file's names, or by position."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from tesela.catalogue import BANDS
from tesela.core.caveat import Caveat
from tesela.errors import InvalidOptionError

Order = tuple[int, ...]  # for coastal, blue, ... NIR2: the number of the file's band, from 1

IN_ORDER: Order = tuple(range(1, len(BANDS) + 1))

_COASTAL, _BLUE, _GREEN, _YELLOW, _RED, _RED_EDGE, _NIR1, _NIR2 = range(len(BANDS))
_NIR = frozenset({_NIR1, _NIR2})
# WorldView-3's band centres in nm (Maxar, spectral response of the sensor).
_CENTRES_NM = 427, 482, 547, 604, 660, 724, 833, 949
_MAX_DISTANCE_NM = 25
_EXPECTED = f"expected the numbers 1 to {len(BANDS)}, each once, or the names {', '.join(BANDS)}"

# "B3", "Band 3", "banda_3:", "3 -" before a name count the band; alone they name nothing.
_ORDINAL = re.compile(r"^(?:b|bnd|band|banda|layer|capa)? ?0?\d\b ?|^(?:band|banda) ")
# The first that matches counts: coastal blue is no blue, red edge is no red.
_WORDS = (
    (r"coast|coster|aerosol|ultra ?blue|violet|^cb?$", {_COASTAL}),
    (r"red ?edge|edge|borde|^re\d?$", {_RED_EDGE}),
    (r"^(?:n|nir|.*\b(?:nir|near|infra|infrarroj\w*)\b.*) ?(?:2|ii)\b", {_NIR2}),
    (r"^(?:n|nir|.*\b(?:nir|near|infra|infrarroj\w*)\b.*) ?(?:1|i)\b", {_NIR1}),
    (r"^nir 0?8$", {_NIR1}),  # STAC's common names
    (r"^nir 0?9$", {_NIR2}),
    (r"^n$|\bnir|near|infra", _NIR),
    (r"yellow|amarill|^y$", {_YELLOW}),
    (r"green|verde|^g$", {_GREEN}),
    (r"blue|azul|^b$", {_BLUE}),
    (r"\bred\b|roj[oa]|^r$", {_RED}),
)
_WAVELENGTH = re.compile(r"(\d+(?:\.\d+)?)(?:\s*(?:-|\u2013|to)\s*(\d+(?:\.\d+)?))?\s*(nm|um|µm)\b")


def parse_order(text: str) -> Order:
    """Read an order that a caller gives: numbers or names, divided by commas.

    Eight numbers are the file's bands that hold coastal, blue, ... NIR2. Eight names say what the
    file's first, second, ... band is.

    Raises:
        InvalidOptionError: Not eight, one that is neither number nor name, or one given twice.
    """
    words = [word.strip() for word in text.split(",")]
    if len(words) != len(BANDS):
        raise InvalidOptionError(
            f"bands: {len(words)} bands are named; {_EXPECTED}.",
            "band-order-count",
            count=len(words),
            needed=len(BANDS),
        )
    numbers = all(word.isdecimal() for word in words)
    meanings = [_numbered(word) if numbers else _meaning(word) for word in words]
    for word, bands in zip(words, meanings, strict=True):
        if not bands:
            raise InvalidOptionError(
                f"bands: {word!r} is not a band; {_EXPECTED}.",
                "band-order-unknown",
                band=word,
                needed=len(BANDS),
                expected=list(BANDS),
            )
    order = tuple(int(word) for word in words) if numbers else _order(meanings)
    if order is None or len(set(order)) < len(order):
        raise InvalidOptionError(
            f"bands: {text!r} does not name each band once; {_EXPECTED}.",
            "band-order-repeated",
            value=text,
            needed=len(BANDS),
        )
    return order


def _numbered(word: str) -> frozenset[int]:
    return frozenset({int(word)} & set(IN_ORDER))


def find_order(names: Sequence[str]) -> tuple[Order, tuple[Caveat, ...]]:
    """Return the order that a file's own names give, and what there is to say about it.

    Names of all eight bands are followed. Fewer are compared with the order that is assumed.
    """
    meanings = [_meaning(name) for name in names]
    order = _order(meanings)
    if order == IN_ORDER:
        return IN_ORDER, ()
    if order:
        return order, (_reordered(order),)
    contradictions = [
        number
        for number, meaning in enumerate(meanings, 1)
        if meaning and number - 1 not in meaning
    ]
    return IN_ORDER, (_contradicted(meanings, contradictions),) if contradictions else ()


def order_of(names: Sequence[str]) -> Order | None:
    """Return the order that names give, or None unless they name each of the eight once."""
    return _order([_meaning(name) for name in names]) if len(names) == len(BANDS) else None


def _meaning(name: str) -> frozenset[int]:
    """Return the indexes in `BANDS` that a name can mean; none if it says nothing."""
    words = _words(name)
    for pattern, bands in _WORDS:
        if re.search(pattern, words):
            return frozenset(bands)
    return frozenset(_by_wavelength(name))


def _words(name: str) -> str:
    """Return lower-case words without accents: `B6_RedEdge` is `red edge`, `Near-IR1` is `nir 1`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain).lower()  # CoastalBlue
    plain = re.sub(
        r"\([^)]*\)|\d[\d.]*\s*(?:-\s*\d[\d.]*\s*)?(?:nm|um)\b", " ", plain
    )  # wavelengths
    plain = re.sub(r"(?<=[a-z])(?=\d)", " ", plain)
    plain = " ".join(re.findall(r"[a-z]+|\d+", plain))
    plain = re.sub(r"\bnear ?(?:infra ?red|ir)\b|\bn ?ir\b|\binfra ?red\b", "nir", plain)
    return _ORDINAL.sub("", plain).strip()


def _by_wavelength(name: str) -> Iterator[int]:
    for low, high, unit in _WAVELENGTH.findall(name):
        centre = (float(low) + float(high or low)) / 2 * (1 if unit == "nm" else 1000)
        yield from (n for n, nm in enumerate(_CENTRES_NM) if abs(nm - centre) <= _MAX_DISTANCE_NM)


def _order(meanings: Sequence[frozenset[int]]) -> Order | None:
    """Return the order that the names give, or None unless they name each band once."""
    clear = [next(iter(each)) for each in meanings if len(each) == 1]
    left = iter(sorted(set(range(len(BANDS))) - set(clear)))
    # A plain NIR is the one that no other name claims; two of them follow each other.
    bands = [next(iter(each)) if len(each) == 1 else next(left, -1) for each in meanings]
    if not all(meanings) or sorted(bands) != list(range(len(BANDS))):
        return None
    if any(band not in each for band, each in zip(bands, meanings, strict=True)):
        return None
    return tuple(bands.index(band) + 1 for band in range(len(BANDS)))


def _reordered(order: Order) -> Caveat:
    return Caveat(
        "bands-reordered",
        {"order": list(order)},
        f"The file names its bands: {', '.join(BANDS)} are its bands {', '.join(map(str, order))}, "
        "and were put in that order.",
    )


def _contradicted(meanings: Sequence[frozenset[int]], numbers: Sequence[int]) -> Caveat:
    named = [BANDS[min(meanings[number - 1])] for number in numbers]
    pairs = [f"{number} {name}" for number, name in zip(numbers, named, strict=True)]
    return Caveat(
        "band-names-contradict",
        {"numbers": list(numbers), "bands": named},
        f"The file calls its band {', '.join(pairs)}, but the order {', '.join(BANDS)} was assumed, "
        "as it does not name each of the eight once.",
    )
