"""Composition root: the one place that names concrete classes. Lambda calls `handler`."""

import os
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from tesela.api.access import Access
from tesela.api.app import Answered, App
from tesela.api.gate import Gate
from tesela.archive import Archive
from tesela.core.model import Model, load
from tesela.correcting import CorrectionService
from tesela.edges.database import Database
from tesela.edges.postgres import PostgresCorrections, PostgresIndex, PostgresJobs
from tesela.edges.s3 import S3Objects
from tesela.edges.s3_scenes import S3Sources, S3Uploads
from tesela.jobs.archive import JobArchive
from tesela.jobs.ports import Budget
from tesela.jobs.service import SceneService
from tesela.jobs.sources import Allowed
from tesela.service import Service
from tesela.settings import Settings
from tesela.tokens import TokenList

_SERVICE = os.environ.get("POWERTOOLS_SERVICE_NAME", "tesela")  # the stack's name
logger = Logger(service=_SERVICE)
metrics = Metrics(namespace="Tesela", service=_SERVICE)
_MAX_PATH = 200  # characters in the log


def build_app(settings: Settings) -> App:
    """The application on S3 and PostgreSQL; the weights load here, once per container."""
    objects = S3Objects(settings.bucket, settings.link_lifetime_s)
    model = load(settings.model_folder, settings.runtime, settings.threads)
    database = Database.at(settings.database_url)
    service = Service(model, Archive(objects), PostgresIndex(database))
    scenes = _scene_service(settings, model, database) if settings.scenes else None
    tokens = TokenList(objects, settings.tokens) if settings.tokens else None
    access = Access(tokens, public_read=settings.public_read)
    gate = Gate(settings.origin_key, settings.page_origin)
    corrections = CorrectionService(service, objects, PostgresCorrections(database))
    return App(service, scenes, corrections, access, gate, logger=logger, record=_record)


def _scene_service(settings: Settings, model: Model, database: Database) -> SceneService:
    return SceneService(
        model,
        JobArchive(S3Objects(settings.bucket, settings.link_lifetime_s)),
        S3Uploads(settings.bucket, settings.link_lifetime_s),
        index=PostgresJobs(database),
        sources=S3Sources(),
        allowed=Allowed.read(settings.scene_sources),
        budget=Budget(settings.max_km2, settings.month_km2),
    )


def _record(answered: Answered) -> None:
    """A log line and metrics of an answer: `Refused`, `Failed`, counts, and milliseconds by part."""
    logger.info(
        "answered",
        status=answered.status,
        method=answered.method,
        path=answered.path[:_MAX_PATH],
        token=answered.token,
        parts_ms={part: round(spent, 1) for part, spent in answered.parts_ms.items()},
    )
    metrics.add_metric("Requests", MetricUnit.Count, 1)
    if answered.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        metrics.add_metric("Failed", MetricUnit.Count, 1)
    elif answered.status >= HTTPStatus.BAD_REQUEST:
        metrics.add_metric("Refused", MetricUnit.Count, 1)
    for counted, count in answered.counts.items():
        metrics.add_metric(counted, MetricUnit.Count, count)
    for part, spent in answered.parts_ms.items():
        metrics.add_metric(part.capitalize(), MetricUnit.Milliseconds, spent)


app = build_app(Settings.read(os.environ))


# The id that callers see in X-Request-Id: by the HTTP API it is not Lambda's own.
@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_HTTP)
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a payload-2.0 event of the function URL or the HTTP API."""
    return app.respond(event, context)
