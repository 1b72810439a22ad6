#!/bin/sh
# As AWS's: the argument is the handler, which the runtime client takes from _HANDLER too.
export _HANDLER="$1" AWS_EXECUTION_ENV=AWS_Lambda_python3.13
exec python -m awslambdaric "$1"
