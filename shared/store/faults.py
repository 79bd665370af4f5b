"""What MongoDB's errors mean: does it pass, is the outcome known."""

from pymongo.errors import AutoReconnect, BulkWriteError, OperationFailure, PyMongoError

DUPLICATE_KEY, UPSERT_REFUSED = 11000, 66
# The server's words for "a primary went away under this write": it may have been made, it may not.
PASSING_CODES = frozenset(
    {6, 7, 50, 64, 89, 91, 112, 134, 189, 262, 317, 358, 9001} | {10107, 11600, 11602, 13388, 13435, 13436}
)


def is_passing(error: PyMongoError) -> bool:
    """Whether the fault may pass: the outcome is unknown and the same write may be sent again."""
    if isinstance(error, AutoReconnect) or error.timeout:
        return True
    if error.has_error_label("RetryableWriteError"):
        return True
    if error.has_error_label("TransientTransactionError"):
        return True
    if isinstance(error, BulkWriteError):
        codes = {item["code"] for item in error.details["writeErrors"]}
        return bool(codes & PASSING_CODES or error.details["writeConcernErrors"])
    return isinstance(error, OperationFailure) and error.code in PASSING_CODES


def only_duplicates(error: BulkWriteError) -> bool:
    """Whether all that was refused is there already, and what was made is safe."""
    told = error.details
    return not told["writeConcernErrors"] and all(one["code"] == DUPLICATE_KEY for one in told["writeErrors"])
