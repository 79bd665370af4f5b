"""Stands in for `kafka-acls.sh --add`, which the embedded Kafka lacks; it asks a real broker."""

import argparse
import asyncio
import os
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.admin import CreateAclsRequest

TOPIC, GROUP = 2, 3
PATTERNS = {"literal": 3, "prefixed": 4}
OPERATIONS = {"Read": 3, "Write": 4, "Create": 5, "Describe": 8}
ALLOW, ANYWHERE = 3, "*"


async def add(said: argparse.Namespace) -> None:
    """As the administrator of the test's broker."""
    kind, name = (TOPIC, said.topic) if said.topic else (GROUP, said.group)
    admin: Any = AIOKafkaAdminClient(
        bootstrap_servers=said.bootstrap_server,
        security_protocol="SASL_PLAINTEXT",
        sasl_mechanism="PLAIN",
        sasl_plain_username="admin",
        sasl_plain_password=os.environ["ADMIN_PASSWORD"],
    )
    await admin.start()
    try:
        for one in said.operation:
            pattern = PATTERNS[said.resource_pattern_type]
            asked = CreateAclsRequest(
                kind, name, pattern, said.allow_principal, ANYWHERE, OPERATIONS[one], ALLOW
            )
            answer = await admin._send_request(asked)
            assert [code for code, _ in answer.creation_responses] == [0], answer
    finally:
        await admin.close()


def main() -> None:
    """Whatever word it doesn't know is refused."""
    words = argparse.ArgumentParser(allow_abbrev=False)
    words.add_argument("--bootstrap-server", required=True)
    words.add_argument("--add", action="store_true", required=True)
    words.add_argument("--allow-principal", required=True)
    words.add_argument("--operation", action="append", required=True, choices=OPERATIONS)
    words.add_argument("--topic")
    words.add_argument("--group")
    words.add_argument("--resource-pattern-type", required=True, choices=PATTERNS)
    asyncio.run(add(words.parse_args()))


if __name__ == "__main__":
    main()
