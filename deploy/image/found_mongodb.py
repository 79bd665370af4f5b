"""Founds the replica set and its two users: a job that runs beside its first member, before the services.

A mongod that knows no user yet trusts whoever asks from its own machine; so this runs in the first
member's network. The members' and the services' names, and the services' password, are those of the address
in PAYGIR_MONGODB.
"""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure, PyMongoError
from pymongo.uri_parser import parse_uri

from shared.settings import ServiceSettings

PATIENCE_S = 180
PAUSE_S = 1
WAIT_MS = 2000
ALREADY_INITIALISED, UNAUTHORISED = 23, 13
ADMINISTRATOR = "admin"


async def found(address: str, *, first: str, administrator_password: str) -> bool:
    """Whether there was something to do. `first` is the first member as this process reaches it.

    Raises TimeoutError when the members don't agree on a primary for too long.
    """
    async with asyncio.timeout(PATIENCE_S):
        while True:
            try:
                if await _answers(address):
                    return False
                await _found(address, first=first, administrator_password=administrator_password)
            except PyMongoError as error:
                print(f"MongoDB is not ready yet: {type(error).__name__}", flush=True)
                await asyncio.sleep(PAUSE_S)
            else:
                return True


async def _answers(address: str) -> bool:
    """Whether the services' own user may enter already."""
    async with _client(address) as client:
        try:
            await client["paygir_founding"].command("dbStats")
        except PyMongoError:
            return False
        return True


async def _found(address: str, *, first: str, administrator_password: str) -> None:
    wanted = parse_uri(address)
    members = [
        # The first one wins the first election, so that users are made where we are.
        {"_id": number, "host": f"{host}:{port}", "priority": 2 if number == 0 else 1}
        for number, (host, port) in enumerate(wanted["nodelist"])
    ]
    here = f"mongodb://{first}/?directConnection=true"
    async with _client(here) as nobody:
        await _initiate(nobody, {"_id": wanted["options"]["replicaSet"], "members": members})
        await _until_primary(nobody)
        await _make_user(nobody, ADMINISTRATOR, administrator_password, ["root"])
    async with _client(here, username=ADMINISTRATOR, password=administrator_password) as administrator:
        roles = ["readWriteAnyDatabase"]
        await _make_user(administrator, wanted["username"], wanted["password"], roles)


async def _initiate(client: AsyncMongoClient[dict[str, Any]], config: dict[str, Any]) -> None:
    try:
        await client.admin.command("replSetInitiate", config)
    except OperationFailure as error:
        # Done by an earlier try, which may have made the administrator as well.
        if error.code not in (ALREADY_INITIALISED, UNAUTHORISED):
            raise


async def _until_primary(client: AsyncMongoClient[dict[str, Any]]) -> None:
    while not (await client.admin.command("hello")).get("isWritablePrimary"):  # noqa: ASYNC110  a server's state
        await asyncio.sleep(PAUSE_S)


async def _make_user(
    client: AsyncMongoClient[dict[str, Any]], name: str, password: str, roles: list[str]
) -> None:
    try:
        await client.admin.command("createUser", name, pwd=password, roles=roles)
    except OperationFailure as error:
        if error.code != UNAUTHORISED and "already exists" not in str(error):
            raise


def _client(address: str, **login: Any) -> AsyncMongoClient[dict[str, Any]]:  # noqa: ANN401 - MongoClient's own
    limits = {"serverSelectionTimeoutMS": WAIT_MS, "connectTimeoutMS": WAIT_MS}
    return AsyncMongoClient(address, w="majority", **limits, **login)


def main() -> None:
    """Says whether it founded the set or found it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--first", default="127.0.0.1:27017")
    parser.add_argument("--administrator-password-file", type=Path, required=True)
    asked = parser.parse_args()
    password = asked.administrator_password_file.read_text().strip()
    address = ServiceSettings().mongodb
    made = asyncio.run(found(address, first=asked.first, administrator_password=password))
    print("The replica set is founded." if made else "The replica set was there already.")


if __name__ == "__main__":
    main()
