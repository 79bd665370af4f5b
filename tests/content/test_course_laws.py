"""Random people take random steps in any order: what is online went the whole way by the right posts."""

from collections.abc import Callable

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.content.domain.item import Item, Wording
from shared.access.who import Forbidden, Who
from shared.events.content import ContentPublished
from shared.events.event import Event
from shared.rule import Invalid, Refused
from tests.content.people import CHART, LEAVE, NOW, newest, submitted, who

# Before the deputy of works goes on leave, and while their representative stands in.
PEOPLE = [who(post_id, now) for post_id in CHART.posts for now in (NOW, LEAVE[0])]
TEXTS = [("عنوان", "متن یک"), ("عنوان", "متن دو"), ("عنوان سه", "متن سه")]
REPRESENTATIVES = {"works.representative", "county.representative"}
GROUP = {"pr.head", "pr.secretary"}
people = st.sampled_from(PEOPLE)


class Course(RuleBasedStateMachine):
    """Anybody tries anything, having read any wording that there ever was."""

    def __init__(self) -> None:
        super().__init__()
        self.item = submitted()
        self.read: list[Wording] = [newest(self.item)]
        self.said: dict[tuple[int, str], tuple[str, str]] = {}
        self.events: list[Event] = []

    @initialize(by=st.sampled_from(sorted(REPRESENTATIVES)))
    def start(self, by: str) -> None:
        self.item = submitted(by)
        self.read = [newest(self.item)]
        self._note()

    def _note(self) -> None:
        revision = self.item.newest
        self.said.setdefault((revision.number, revision.digest), (revision.title, revision.text))

    def _try(self, step: Callable[[], tuple[Item, list[Event]]]) -> None:
        try:
            self.item, events = step()
        except (Forbidden, Refused, Invalid):
            return
        self.events += events
        if newest(self.item) not in self.read:
            self.read.append(newest(self.item))
        self._note()

    @rule(by=people, words=st.sampled_from(TEXTS))
    def revise(self, by: Who, words: tuple[str, str]) -> None:
        title, text = words
        self._try(lambda: self.item.revise(title=title, text=text, who=by, chart=CHART, bars=(), now=NOW))

    @rule(by=people, rank=st.integers(1, 3), back=st.integers(0, 3))
    def review(self, by: Who, rank: int, back: int) -> None:
        seen = self.read[-1 - min(back, len(self.read) - 1)]
        self._try(lambda: self.item.review(seen, rank=rank, who=by, chart=CHART, now=NOW))

    @rule(by=people, back=st.integers(0, 3))
    def approve(self, by: Who, back: int) -> None:
        seen = self.read[-1 - min(back, len(self.read) - 1)]
        self._try(lambda: self.item.approve(seen, who=by, now=NOW))

    @rule(by=people, back=st.integers(0, 3))
    def publish(self, by: Who, back: int) -> None:
        seen = self.read[-1 - min(back, len(self.read) - 1)]
        self._try(lambda: self.item.publish(seen, who=by, now=NOW))

    @rule(by=people, at_review=st.booleans())
    def send_back(self, by: Who, at_review: bool) -> None:
        seen = newest(self.item)
        if at_review:
            self._try(lambda: self.item.send_back_at_review(seen, reason="r", who=by, chart=CHART, now=NOW))
        else:
            self._try(lambda: self.item.send_back_at_approval(seen, reason="r", who=by, now=NOW))

    @rule()
    def next_step_by_its_own_post(self) -> None:
        """So that many runs get far enough for the rest to matter."""
        seen = newest(self.item)
        self._try(lambda: self.item.review(seen, rank=1, who=who("pr.secretary"), chart=CHART, now=NOW))
        self._try(lambda: self.item.approve(seen, who=who("works.deputy"), now=NOW))

    @rule(by=people)
    def withdraw(self, by: Who) -> None:
        self._try(lambda: self.item.withdraw(who=by, chart=CHART, now=NOW))

    @invariant()
    def what_is_online_went_the_whole_way(self) -> None:
        if self.item.online is None:
            return
        revision = self.item.revisions[self.item.online.revision - 1]
        assert (revision.title, revision.text) == self.said[revision.number, revision.digest]
        course = [step.status.value for step in revision.steps]
        assert list(dict.fromkeys(course)) == ["submitted", "reviewed", "approved", "published"]
        by = {step.status.value: step for step in revision.steps}
        assert by["submitted"].post_id in REPRESENTATIVES
        assert by["reviewed"].post_id in GROUP
        assert by["approved"].post_id == "works.deputy"
        assert by["published"].post_id == "publisher"
        hands = {(step.status, step.person_id) for step in revision.steps}
        assert len(hands) == len({person for _, person in hands})

    @invariant()
    def each_publication_was_approved_first(self) -> None:
        approved: set[tuple[int, str]] = set()
        for event in self.events:
            match type(event).__name__:
                case "ContentApproved":
                    approved.add((event.model_dump()["revision"], event.model_dump()["digest"]))
                case "ContentPublished":
                    assert isinstance(event, ContentPublished)
                    assert (event.revision, event.digest) in approved
                case _:
                    pass


Course.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestCourse = Course.TestCase
