"""Settings of a container, read once from the environment."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from tesela.core.interpreter import Runtime

_MODEL_FOLDER = Path(__file__).parents[1] / "model"


def _token_hashes(listed: str | tuple[str, ...]) -> tuple[str, ...]:
    """Split at commas. The error tells a place, not the text: somebody may have put a token there."""
    if not isinstance(listed, str):
        return listed
    hashes = tuple(item.strip().lower() for item in listed.split(",") if item.strip())
    for place, item in enumerate(hashes, 1):
        if not re.fullmatch("[0-9a-f]{64}", item):
            raise ValueError(f"entry {place} is no SHA-256 in hex: 64 digits, not {len(item)}")
    return hashes


class Settings(BaseModel):
    """Names in the environment are the aliases; units are in the names."""

    # An error must not show a value: `DATABASE_URL` may hold a password.
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    bucket: str = Field(alias="TESELA_BUCKET", min_length=3)
    database_url: str = Field(alias="DATABASE_URL", pattern=r"^postgres(ql)?://")
    page_origin: str = Field(alias="TESELA_PAGE_ORIGIN", pattern=r"^https?://[^/]+$")
    token_hashes: Annotated[tuple[str, ...], BeforeValidator(_token_hashes)] = Field(
        (), alias="TESELA_TOKEN_HASHES"
    )
    public_read: bool = Field(False, alias="TESELA_PUBLIC_READ")
    model_folder: Path = Field(_MODEL_FOLDER, alias="TESELA_MODEL_FOLDER")
    runtime: Runtime = Field("litert", alias="TESELA_RUNTIME")
    threads: int = Field(2, alias="TESELA_THREADS", ge=1, le=6)
    link_lifetime_s: int = Field(900, alias="TESELA_LINK_LIFETIME_S", ge=60, le=43200)

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """Settings from `os.environ` or a like mapping.

        Raises:
            pydantic.ValidationError: A name is missing or out of range; the message says which.
        """
        return cls.model_validate(dict(environment))
