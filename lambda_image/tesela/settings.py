"""Settings of a container, read once from the environment."""

from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from tesela.core.interpreter import Runtime

_MODEL_FOLDER = Path(__file__).parents[1] / "model"


class _Common(BaseModel):
    """Names in the environment are the aliases; units are in the names."""

    # An error must not show a value: `DATABASE_URL` may hold a password.
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    bucket: str = Field(alias="TESELA_BUCKET", min_length=3)
    model_folder: Path = Field(_MODEL_FOLDER, alias="TESELA_MODEL_FOLDER")
    runtime: Runtime = Field("litert", alias="TESELA_RUNTIME")
    threads: int = Field(2, alias="TESELA_THREADS", ge=1, le=6)
    link_lifetime_s: int = Field(900, alias="TESELA_LINK_LIFETIME_S", ge=60, le=43200)
    scene_sources: str = Field("", alias="TESELA_SCENE_SOURCES", max_length=4096)
    max_km2: float = Field(1000, alias="TESELA_SCENE_MAX_KM2", gt=0, le=10_000)

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self:
        """Settings from `os.environ` or a like mapping.

        Raises:
            pydantic.ValidationError: A name is missing or out of range; the message says which.
        """
        return cls.model_validate(dict(environment))


class Settings(_Common):
    """Of the API, and of the operator's commands."""

    database_url: str = Field(alias="DATABASE_URL", pattern=r"^postgres(ql)?://")
    page_origin: str = Field(alias="TESELA_PAGE_ORIGIN", pattern=r"^https?://[^/]+$")
    origin_key: str = Field("", alias="TESELA_ORIGIN_KEY", max_length=1024)
    tokens: str = Field("", alias="TESELA_TOKENS", max_length=1024)
    public_read: bool = Field(False, alias="TESELA_PUBLIC_READ")
    scenes: bool = Field(False, alias="TESELA_SCENES")
    month_km2: float = Field(10_000, alias="TESELA_SCENE_MONTH_KM2", gt=0)


class StageSettings(_Common):
    """Of the stages of scenes, which have no database."""

    concurrency: int = Field(2, alias="TESELA_SCENE_CONCURRENCY", ge=1, le=10_000)
    one_at_a_time: bool = Field(False, alias="TESELA_SCENE_ONE_AT_A_TIME")
    block_px: int = Field(4096, alias="TESELA_SCENE_BLOCK_PX", ge=512, le=8192, multiple_of=512)
