"""Events in."""

from functools import partial

from pymongo.asynchronous.database import AsyncDatabase

from services.complaints.storage.requests import SealedRequests
from services.complaints.usecases import press_answers, repeats, requests, transferring
from services.complaints.usecases.use import Use
from shared.bus.effects import Document, Mirror, Reaction
from shared.bus.subscribe import Subscription
from shared.directory.replica import directory_replica
from shared.events.complaints import ComplaintFiled
from shared.events.complaints_course import ComplaintSorted, ComplaintTakenOver, ComplaintTransferred
from shared.events.content import ContentPublished, ContentWithdrawn
from shared.events.event import events_topic
from shared.events.requests import REQUESTS_TOPIC, SealedRequest


def subscriptions(
    use: Use, database: AsyncDatabase[Document], sealed_requests: SealedRequests
) -> list[Subscription]:
    """The directory, whether the site shows answers to press cases, what was filed and handed over here, and
    what citizens want by SMS.
    """
    return [
        directory_replica("complaints", database),
        Subscription(
            service="complaints",
            name="press-answers",
            topics=[events_topic("content")],
            effect=Reaction(
                [ContentPublished, ContentWithdrawn],
                partial(press_answers.hear_of_site, use),
                name="complaints.press-answers",
            ),
        ),
        Subscription(
            service="complaints",
            name="requests",
            topics=[REQUESTS_TOPIC],
            effect=Mirror(
                sealed_requests.sealed, SealedRequest, then=partial(requests.hear, use), private=True
            ),
        ),
        Subscription(
            service="complaints",
            name="repeats",
            topics=[events_topic("complaints")],
            # After the receipt: filing waits for no comparison.
            effect=Reaction(
                [ComplaintFiled, ComplaintTakenOver, ComplaintSorted],
                partial(repeats.hear_of_filing, use),
                name="complaints.repeats",
            ),
        ),
        Subscription(
            service="complaints",
            name="handing-over",
            topics=[events_topic("complaints")],
            effect=Reaction(
                [ComplaintTransferred],
                partial(transferring.hear_of_transfer, use),
                name="complaints.handing-over",
            ),
        ),
    ]
