"""IAM login to RDS: a token, signed here without a call, in the place of a password."""

import os
from urllib.parse import urlencode

from tesela.errors import DatabaseUnavailableError

_LIFETIME_S = 900  # RDS takes no longer one


def sign(host: str, port: int, user: str) -> str:
    """A presigned URL without its scheme, as boto3's `generate_db_auth_token` makes it.

    That needs an RDS client and its model, a quarter of a second; the signer alone does not.

    Raises:
        DatabaseUnavailableError: There are no AWS credentials here.
    """
    from botocore.auth import SigV4QueryAuth
    from botocore.awsrequest import AWSRequest
    from botocore.session import get_session

    credentials = get_session().get_credentials()
    if credentials is None:
        raise DatabaseUnavailableError("login=iam: there are no AWS credentials to sign with.")
    query = urlencode({"Action": "connect", "DBUser": user})
    request = AWSRequest("GET", f"https://{host}:{port}/?{query}")
    region = os.environ["AWS_REGION"]  # Lambda sets it
    SigV4QueryAuth(credentials, "rds-db", region, expires=_LIFETIME_S).add_auth(request)
    return str(request.url).removeprefix("https://")
