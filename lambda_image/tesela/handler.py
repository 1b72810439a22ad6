"""Composition root: the one place that names concrete classes. Lambda calls `handler`."""

import os
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from tesela.api.access import Access
from tesela.api.app import App
from tesela.archive import Archive
from tesela.core.model import load
from tesela.edges.database import Database
from tesela.edges.postgres import PostgresIndex
from tesela.edges.s3 import S3Objects
from tesela.service import Service
from tesela.settings import Settings

logger = Logger(service="tesela")
metrics = Metrics(namespace="Tesela", service="tesela")


def build_app(settings: Settings) -> App:
    """The application on S3 and PostgreSQL; the weights load here, once per container."""
    service = Service(
        model=load(settings.model_folder, settings.runtime, settings.threads),
        archive=Archive(S3Objects(settings.bucket, settings.link_lifetime_s)),
        index=PostgresIndex(Database.at(settings.database_url)),
    )
    access = Access(settings.token_hashes, public_read=settings.public_read)
    return App(service, settings.page_origin, access, logger, _record)


def _record(status: int, parts_ms: Mapping[str, float]) -> None:
    """A log line and metrics of an answer: `Refused`, `Failed`, and milliseconds by part."""
    logger.info("answered", status=status, parts_ms={k: round(v, 1) for k, v in parts_ms.items()})
    metrics.add_metric("Requests", MetricUnit.Count, 1)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        metrics.add_metric("Failed", MetricUnit.Count, 1)
    elif status >= HTTPStatus.BAD_REQUEST:
        metrics.add_metric("Refused", MetricUnit.Count, 1)
    for part, spent in parts_ms.items():
        metrics.add_metric(part.capitalize(), MetricUnit.Milliseconds, spent)


app = build_app(Settings.read(os.environ))


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer a payload-2.0 event of the function URL or the HTTP API."""
    return app.respond(event, context)
