"""The file for ordinary servers says the same as the code: services, settings, ports, topics."""

import importlib
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from compose_spec import PyCompose

from deploy.embedded import kafka
from deploy.embedded.topics import declared
from shared.events.contacts import KEYS_TOPIC, TOPIC
from shared.events.event import dead_topic, events_topic
from shared.events.requests import REQUESTS_TOPIC
from shared.settings import ServiceSettings

DEPLOY = Path(__file__).parents[2] / "deploy"
SERVICES = sorted(path.parent.name for path in (DEPLOY.parent / "services").glob("*/__main__.py"))
VARIABLE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")
Document = dict[str, Any]


def compose(**given: str) -> str:
    """The file as an engine reads it: anchors and variables resolved."""

    def value(match: re.Match[str]) -> str:
        name, kind, word = match.groups()
        if name in given:
            return given[name]
        assert kind == "-", f"{name} must be given"
        return word

    plain = VARIABLE.sub(value, yaml.safe_dump(yaml.safe_load((DEPLOY / "compose.yaml").read_text())))
    document = yaml.safe_load(plain)
    for service in document["services"].values():
        if "deploy" in service:
            service["deploy"]["replicas"] = int(service["deploy"]["replicas"])
    return yaml.safe_dump(document)


@pytest.fixture(scope="module")
def document() -> Document:
    return yaml.safe_load(compose(PAYGIR_ISSUER="https://login.example.ir"))


def settings_of(name: str) -> tuple[type[ServiceSettings], int]:
    module = importlib.import_module(f"services.{name}.settings")
    return module.Settings, module.PORT


def word_after(command: list[str], option: str) -> str:
    return command[command.index(option) + 1]


def test_it_is_what_the_compose_specification_allows() -> None:
    text = compose(PAYGIR_ISSUER="https://login.example.ir")

    assert f"{SERVICES[0]}-api" in PyCompose.from_yaml(text).service_names()
    for wrong in (
        text.replace("read_only: true", "read_onli: true", 1),
        text.replace("restart: unless-stopped", "restart: sometimes", 1),
    ):
        with pytest.raises(ValueError, match="services"):
            PyCompose.from_yaml(wrong)


def test_every_variable_it_reads_has_a_default_or_an_example() -> None:
    read = {match[1] for match in VARIABLE.finditer((DEPLOY / "compose.yaml").read_text())}
    examples = set(re.findall(r"^(?:# )?(\w+)=", (DEPLOY / "env.example").read_text(), re.MULTILINE))

    assert read <= examples
    handed_through = {
        "PAYGIR_CLAMD",
        "PAYGIR_DIGESTS_WEBHOOK",
        "PAYGIR_OTLP_ENDPOINT",
        "PAYGIR_SANDBOX",
        "PAYGIR_WEBHOOK_NETWORKS",
    }  # if they are set
    assert examples - read == handed_through


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_has_an_api_and_a_worker_on_its_port(name: str, document: Document) -> None:
    _, port = settings_of(name)
    for role in ("api", "worker"):
        command = document["services"][f"{name}-{role}"]["command"]
        assert command[0] == f"services.{name}"
        assert word_after(command, "--role") == role
        assert int(word_after(command, "--port")) == port
    assert f"127.0.0.1:{port}:{port}" in document["services"]["door"]["ports"]
    assert f"listen {port};" in (DEPLOY / "door.conf").read_text()
    assert (
        f"set $replica {name}-api;\n        proxy_pass http://$replica:{port};"
        in (DEPLOY / "door.conf").read_text()
    )


def test_prometheus_asks_every_replica() -> None:
    configured = yaml.safe_load((DEPLOY / "prometheus.yaml").read_text())["scrape_configs"]
    asked = {(job["dns_sd_configs"][0]["port"], *job["dns_sd_configs"][0]["names"]) for job in configured}

    assert asked == {(settings_of(name)[1], f"{name}-api", f"{name}-worker") for name in SERVICES}


def test_every_setting_given_is_one_that_a_service_has(document: Document) -> None:
    known = {
        f"PAYGIR_{field.upper()}"
        for settings in [ServiceSettings, *(settings_of(name)[0] for name in SERVICES)]
        for field in settings.model_fields
    }
    given = {
        name
        for service in document["services"].values()
        for name in [*service.get("environment", {}), *service.get("secrets", [])]
        if name.startswith("PAYGIR_")
    }

    assert "PAYGIR_MONGODB" in given
    assert given <= known
    assert given.isdisjoint({"PAYGIR_CLOCK_FILE", "PAYGIR_KEY"})
    assert document["x-settings"]["PAYGIR_SANDBOX"] is None  # never on unless somebody says so


def test_every_topic_has_a_publisher_or_a_consumer_and_each_of_those_its_topic() -> None:
    wanted = {TOPIC, KEYS_TOPIC, REQUESTS_TOPIC, *map(events_topic, SERVICES), *map(dead_topic, SERVICES)}

    assert {topic.name for topic in declared()} == wanted


def test_brokers_take_what_topics_take(document: Document) -> None:
    largest = max(int(topic.config["max.message.bytes"]) for topic in declared())

    assert largest == kafka.MESSAGE_BYTES_MAX
    for number in (1, 2, 3):
        settings = document["services"][f"kafka-{number}"]["environment"]
        assert int(settings["KAFKA_MESSAGE_MAX_BYTES"]) >= largest
        assert int(settings["KAFKA_REPLICA_FETCH_MAX_BYTES"]) >= largest


def test_three_brokers_lose_nothing_with_one(document: Document) -> None:
    brokers = [document["services"][f"kafka-{number}"]["environment"] for number in (1, 2, 3)]

    assert {broker["KAFKA_NODE_ID"] for broker in brokers} == {"1", "2", "3"}
    for broker in brokers:
        assert broker["KAFKA_DEFAULT_REPLICATION_FACTOR"] == "3"
        assert broker["KAFKA_MIN_INSYNC_REPLICAS"] == "2"
        assert broker["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
        voters = broker["KAFKA_CONTROLLER_QUORUM_VOTERS"].split(",")
        assert len(voters) == 3
    assert word_after(document["services"]["topics"]["command"], "--replication") == "3"


def test_nothing_listens_to_other_machines(document: Document) -> None:
    published = [port for service in document["services"].values() for port in service.get("ports", [])]

    assert published
    assert [port for port in published if not port.startswith("127.0.0.1:")] == []
    assert document["networks"]["stores"] == {"internal": True}


def test_databases_and_brokers_are_on_the_inner_network_alone(document: Document) -> None:
    inner = [name for name in document["services"] if name.startswith(("kafka", "mongodb-"))]

    assert len(inner) == 7
    for name in inner:
        service = document["services"][name]
        assert service.get("networks") == ["stores"] or service["network_mode"] == "service:mongodb-1"
