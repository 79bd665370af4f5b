"""The clocks: whose contact is to be forgotten. All else here begins and ends by its own dates."""

from services.directory.usecases import contacts
from services.directory.usecases.use import Use
from shared.keys.person import Why
from shared.sweep import Sweep


def sweeps(use: Use) -> list[Sweep]:
    """Each finds what is due and hands it to a use case, which looks again."""
    return [
        Sweep(
            name="directory.forget-former",
            due=lambda now: use.contacts.due("forget_at", now),
            handle=lambda id_, _: contacts.forget_former(use, id_, Why.REPLACED, contacts.CLOCK),
        ),
        Sweep(
            name="directory.forget-gone",
            due=lambda now: use.keeper.keys.due("look_at", now),
            handle=lambda id_, now: contacts.forget_if_gone(use, id_, now),
        ),
        Sweep(
            name="directory.say-erased-again",
            due=lambda now: use.keeper.keys.due("say_again_at", now),
            handle=use.keeper.say_again,
        ),
    ]
