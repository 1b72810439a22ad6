"""Every hostile file, by its name."""

from tests.hostile.case import Case
from tests.hostile.cases import coding, content, place, structure

CORPUS: dict[str, Case] = structure.CASES | coding.CASES | content.CASES | place.CASES
