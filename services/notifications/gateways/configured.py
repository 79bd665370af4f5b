"""The gateways as an operator names them: one JSON object, a plan for each name."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, RootModel, ValidationError

from services.notifications.domain.inbox import Notice
from services.notifications.gateways.door import Door, DoorPlan
from services.notifications.gateways.email import Email, EmailPlan
from services.notifications.gateways.http import Http
from services.notifications.gateways.in_app import InApp, InAppPlan
from services.notifications.gateways.kannel import Kannel, KannelPlan
from services.notifications.gateways.kavenegar import Kavenegar, KavenegarPlan
from services.notifications.gateways.messenger import Messenger, MessengerPlan
from services.notifications.gateways.plan import NAME, NoSecret, Plan
from services.notifications.gateways.port import Gateway, NoGateway
from services.notifications.gateways.smpp import Smpp, SmppPlan
from services.notifications.gateways.web import Web, WebPlan
from shared.clock import Clock
from shared.store.repository import Repository

AnyPlan = Annotated[
    KavenegarPlan | KannelPlan | SmppPlan | WebPlan | EmailPlan | MessengerPlan | DoorPlan | InAppPlan,
    Field(discriminator="type"),
]


class Plans(RootModel[dict[Annotated[str, Field(pattern=NAME)], AnyPlan]]):
    """By name. A name is for ever: messages say by it who has them."""

    model_config = {"hide_input_in_errors": True}


def read_plans(*, file: Path | None, text: str | None) -> Mapping[str, Plan]:
    """From a file or the environment; NoGateway says what is wrong and where, never what stands there."""
    try:
        given = text if file is None else file.read_text()
        return {} if not given else Plans.model_validate_json(given).root
    except OSError as error:
        raise NoGateway(f"PAYGIR_GATEWAYS_FILE can't be read: {error.strerror}") from error
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise NoGateway(f"gateways: {wrong}") from None


def open_all(
    plans: Mapping[str, Plan], *, http: Http, inbox: Repository[Notice], clock: Clock
) -> dict[str, Gateway]:
    """Each by its plan; NoGateway where a secret is missing."""
    ways: Mapping[type[Plan], Callable[[Any], Gateway]] = {
        KavenegarPlan: lambda plan: Kavenegar(plan, http),
        KannelPlan: lambda plan: Kannel(plan, http),
        SmppPlan: lambda plan: Smpp(plan),  # noqa: PLW0108 - by itself it has a type of its own
        WebPlan: lambda plan: Web(plan, http),
        EmailPlan: lambda plan: Email(plan),  # noqa: PLW0108 - by itself it has a type of its own
        MessengerPlan: lambda plan: Messenger(plan, http),
        DoorPlan: lambda plan: Door(plan),  # noqa: PLW0108 - by itself it has a type of its own
        InAppPlan: lambda _: InApp(inbox, clock),
    }
    try:
        return {name: ways[type(plan)](plan) for name, plan in plans.items()}
    except (NoSecret, ValueError) as error:
        raise NoGateway(str(error)) from None
