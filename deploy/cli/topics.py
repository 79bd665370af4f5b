"""`paygir topics`: makes the topics the services need."""

import asyncio
from typing import Annotated

import typer

from deploy.embedded import environment
from deploy.embedded import topics as declared
from deploy.embedded.say import say


def topics(
    replication: Annotated[
        int, typer.Option(min=1, envvar="PAYGIR_REPLICATION", help="Copies of each; 3 in production")
    ] = 1,
) -> None:
    """Make the topics of deploy/topics.yaml that are missing on the broker in PAYGIR_KAFKA."""
    made = asyncio.run(declared.make(environment.addresses().kafka, replication=replication))
    for name in made:
        print(name)
    say(fa=f"{len(made)} تاپیک ساخته شد.", en=f"{len(made)} topics made.")
