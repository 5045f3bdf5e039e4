import botocore.session
import pytest

from diagnostics.symptom import code_of
from diagnostics.symptom.codes import AWS_CODES, speaker_of
from diagnostics.symptom.whose import OPERATIONS, SHARED


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("408", "408"),
        ("HTTP 503", "503"),
        ("error 408", "408"),
        ("200", None),
        ("4080", None),
        ("ThrottlingException", "ThrottlingException"),
        ("throttlingexception", "ThrottlingException"),
        ("ProvisionedThroughputExceeded", "ProvisionedThroughputExceededException"),
        ("botocore.exceptions.ReadTimeoutError:", "ReadTimeoutError"),
        ("Aws::DynamoDB::Errors::ValidationException", "ValidationException"),
        ("com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", "ResourceNotFoundException"),
        ("access denied", "AccessDeniedException"),
        ("AccessDenied", "AccessDeniedException"),
        ("timeout", "Timeout"),
        ("throttled", "Throttling"),
        ("slow", "Latency"),
        ("task timed out", "Task timed out"),
        ("SomethingNewException", "SomethingNewException"),
        ("frobnicate", None),
        ("", None),
        ("x" * 500, None),
    ],
)
def test_what_people_type_becomes_one_code(typed: str, code: str | None) -> None:
    assert code_of(typed) == code


@pytest.mark.parametrize(
    ("code", "speaker"),
    [("ThrottlingException", "aws"), ("ReadTimeoutError", "client"), ("408", "unknown")],
)
def test_a_code_alone_tells_at_most_whose_name_it_is(code: str, speaker: str) -> None:
    assert speaker_of(code) == speaker


def test_every_error_of_the_service_model_is_known() -> None:
    session = botocore.session.get_session()
    modelled = {
        shape.name
        for service in ("dynamodb", "dynamodbstreams")
        for shape in session.get_service_model(service).error_shapes
    }

    assert modelled <= AWS_CODES


def test_every_operation_of_the_service_model_is_known() -> None:
    model = botocore.session.get_session().get_service_model("dynamodb")

    assert set(model.operation_names) <= OPERATIONS | SHARED
