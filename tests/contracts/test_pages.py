"""The pages drawn from the code are as the code is now, and AsyncAPI's own schema accepts ours."""

import json
from pathlib import Path
from typing import Any, cast

import jsonschema
import pytest
import yaml

from deploy.cli.docs import ROOT, pages
from deploy.contracts.listeners import listeners
from deploy.embedded.topics import declared
from shared.cloudevents import envelope_of
from shared.events.catalogue import public_events
from tests.content.people import CHART, NOW, submitted, who

SCHEMA = Path(__file__).with_name("asyncapi-3.0.0.schema.json")


@pytest.fixture(scope="module")
def asyncapi() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "docs" / "asyncapi.yaml").read_text("utf-8"))


@pytest.mark.parametrize(
    "name", ["docs/events.md", "docs/asyncapi.yaml", "docs/directives.md", "shared/figures.json"]
)
def test_a_generated_page_is_as_it_would_be_written_now(name: str) -> None:
    assert (ROOT / name).read_text("utf-8") == pages()[name], "run `paygir docs`"


def test_asyncapis_own_schema_accepts_the_document_and_would_refuse_a_wrong_one(
    asyncapi: dict[str, Any],
) -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))

    jsonschema.validate(asyncapi, schema)
    operation = next(iter(asyncapi["operations"].values()))
    planted = {**asyncapi, "operations": {"x": {**operation, "action": "shout"}}}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(planted, schema)


def resolved(document: dict[str, Any], reference: str) -> Any:
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


def references(part: Any) -> list[str]:
    match part:
        case {"$ref": str(reference)}:
            return [reference]
        case dict():
            return [one for value in cast("dict[str, Any]", part).values() for one in references(value)]
        case list():
            return [one for value in cast("list[Any]", part) for one in references(value)]
        case _:
            return []


def test_every_reference_leads_somewhere_and_every_channel_is_a_topic(asyncapi: dict[str, Any]) -> None:
    for reference in references(asyncapi):
        assert resolved(asyncapi, reference) is not None
    assert set(asyncapi["channels"]) <= {topic.name for topic in declared()}


def test_a_real_event_fits_its_message_headers_and_value(asyncapi: dict[str, Any]) -> None:
    item = submitted()
    _, [event] = item.withdraw(who=who("works.representative"), chart=CHART, now=NOW)
    record = envelope_of(event, subject="item-1", sequence=2, time=NOW, traceparent=None).record("t")
    message = asyncapi["components"]["messages"][record.headers["ce_type"]]
    headers = {**asyncapi["components"]["schemas"]["CloudEvent"]}

    jsonschema.validate(json.loads(record.value or b""), message["payload"])
    jsonschema.validate(record.headers, headers)
    jsonschema.validate(record.headers, message["headers"]["allOf"][1])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**record.headers, "ce_sequence": "0"}, headers)


def test_every_service_that_is_a_reader_is_named_by_what_it_takes() -> None:
    found = {(one.service, one.name): one.takes for one in listeners(public_events())}

    assert "ir.paygir.directory.PostFilled.v1" in found["content", "directory"]["paygir.directory.events"]
    taken = found["notifications", "complaints"]["paygir.complaints.events"]
    assert "ir.paygir.complaints.ComplaintFiled.v1" in taken
    assert all(name.startswith("ir.paygir.complaints.") for name in taken)
