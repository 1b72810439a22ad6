"""Under which names the results of a scene are kept."""

from dataclasses import dataclass

from tesela.scenes.plan import Plan
from tesela.scenes.pyramid import Product
from tesela.scenes.window import Window

PLAN = "plan.json"
SUMMARY = "summary.json"
TABLE = "table.csv"
STYLE = "style.qml"
ITEM = "item.json"
PARQUET = "polygons.parquet"
FLATGEOBUF = "polygons.fgb"


def raster(product: Product) -> str:
    """The COG of a product."""
    return f"{product}.tif"


@dataclass(frozen=True, slots=True)
class BlockNames:
    """What a block writes. Blocks of another size are other blocks, whose results are kept apart."""

    plan: Plan
    block: Window

    @property
    def features(self) -> str:
        """Objects that lie in the block."""
        return self._name("features.npz")

    @property
    def pieces(self) -> str:
        """Pieces of objects that reach a seam."""
        return self._name("pieces.npz")

    @property
    def edges(self) -> str:
        """Where pieces touch a seam."""
        return self._name("edges.npz")

    @property
    def joined(self) -> str:
        """Objects that `seams` joined, and whose first pixel lies in the block."""
        return self._name("joined.npz")

    @property
    def done(self) -> str:
        """Counts; once they are there, all of the block is."""
        return self._name("block.json")

    def tiles(self, product: Product) -> str:
        """Encoded tiles of a COG."""
        return self._name(f"{product}.tiles")

    def index(self, product: Product) -> str:
        """Where each tile lies in `tiles`, and the first level that is not encoded yet."""
        return self._name(f"{product}.npz")

    def _name(self, name: str) -> str:
        return f"parts/{self.plan.block_px}/{self.block.row}-{self.block.column}/{name}"


def seams_done(plan: Plan) -> str:
    """What `seams` writes last."""
    return f"parts/{plan.block_px}/seams.json"
