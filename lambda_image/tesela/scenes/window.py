"""A rectangle of a scene's pixels."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """`height` x `width` pixels whose first is at `row` and `column` of the scene."""

    row: int
    column: int
    height: int
    width: int

    @property
    def bottom(self) -> int:
        """The row below the last."""
        return self.row + self.height

    @property
    def right(self) -> int:
        """The column after the last."""
        return self.column + self.width

    def grown(self, by: int, height: int, width: int) -> "Window":
        """The window and a margin, as far as a scene of (height, width) reaches."""
        row, column = max(0, self.row - by), max(0, self.column - by)
        bottom, right = min(height, self.bottom + by), min(width, self.right + by)
        return Window(row, column, bottom - row, right - column)

    def within(self, other: "Window") -> tuple[slice, slice]:
        """Slices that take this window out of an array of the other, which contains it."""
        row, column = self.row - other.row, self.column - other.column
        return slice(row, row + self.height), slice(column, column + self.width)
