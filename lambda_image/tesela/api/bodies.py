"""Bodies of JSON, read by the routes themselves."""

import base64
from typing import TypeVar

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from pydantic import TypeAdapter, ValidationError

from tesela.api.problems import invalid_option

Document = TypeVar("Document")


def read_json(event: APIGatewayProxyEventV2, form: TypeAdapter[Document]) -> Document:
    """The body as JSON of a form, whatever its content type says: curl calls everything a form.

    Raises:
        InvalidOptionError: It is not JSON, or not of this form.
    """
    body = event.body or ""
    text = base64.b64decode(body) if event.is_base64_encoded else body
    try:
        return form.validate_json(text)
    except ValidationError as error:
        raise invalid_option(error, "body") from error
