"""An item of the site and the way it goes.

submitted --review--> reviewed --approve--> approved --publish--> published
    |                    |
    +-----send back------+--> returned        a new revision starts at submitted, whatever was before;
                                              what is online stays online until the new one is published
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self, TypedDict

from services.content import access, rules
from services.content.domain.bar import Bar, must_not_be_barred
from services.content.domain.revision import Revision, Status, Step, digest_of
from shared.access.who import Who
from shared.directory.chart import Chart
from shared.events.content import (
    ContentApproved,
    ContentPublished,
    ContentReturned,
    ContentReviewed,
    ContentSubmitted,
    ContentWithdrawn,
    ReturnedAt,
)
from shared.events.directory import Post, Role
from shared.events.event import Event
from shared.language import Text
from shared.rule import Invalid, Refused

REVISIONS_MAX = 30


class _About(TypedDict):
    agency_id: str
    clause: str
    item_id: str
    domain: str
    revision: int
    digest: str
    post_id: str
    press_case_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Which revision somebody has before their eyes: its number and the digest of what they read."""

    revision: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Online:
    """What the public reads of an item: which revision, at which rank, since when."""

    revision: int
    rank: int | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something a domain wants on the site. Status and rank are the newest revision's."""

    id: str
    agency_id: str
    domain: str
    topic: str
    status: Status
    rank: int | None = None
    submitted_at: datetime
    revisions: tuple[Revision, ...]
    online: Online | None = None
    press_case_id: str | None = None
    """The press case that it answers in public; complaints looks whether there is such a case."""

    @classmethod
    def submit(
        cls,
        *,
        id_: str,
        domain: str,
        topic: str,
        title: str,
        text: str,
        who: Who,
        chart: Chart,
        bars: Iterable[Bar],
        now: datetime,
        press_case_id: str | None = None,
    ) -> tuple[Self, list[Event]]:
        """The domain's representative brings it in. Refuses a barred topic; Forbidden for anybody else."""
        post = representative(who, chart, domain)
        must_not_be_barred(bars, topic, title)
        revision = Revision.first_step(
            number=1, title=title, text=text, step=_step(Status.SUBMITTED, post, who, now)
        )
        item = cls(
            id=id_,
            agency_id=who.agency_id,
            domain=domain,
            topic=topic,
            status=revision.status,
            submitted_at=now,
            revisions=(revision,),
            press_case_id=press_case_id,
        )
        return item, [item._submitted(post, now)]

    @property
    def newest(self) -> Revision:
        """The one that steps are taken on."""
        return self.revisions[-1]

    def revise(
        self, *, title: str, text: str, who: Who, chart: Chart, bars: Iterable[Bar], now: datetime
    ) -> tuple[Self, list[Event]]:
        """A new wording, which has the whole way before it; what is online stays. The same is nothing new."""
        post = representative(who, chart, self.domain)
        self._must_not_be_withdrawn()
        must_not_be_barred(bars, self.topic, title)
        if digest_of(title, text) == self.newest.digest and self.newest.status is not Status.RETURNED:
            return self, []
        if len(self.revisions) >= REVISIONS_MAX:
            raise Invalid(
                "/text",
                Text(
                    fa=f"هر مطلب حداکثر {REVISIONS_MAX} نسخه دارد؛ مطلب تازه‌ای ارائه کنید.",
                    en=f"An item has {REVISIONS_MAX} revisions at most; submit a new item.",
                ),
            )
        revision = Revision.first_step(
            number=len(self.revisions) + 1,
            title=title,
            text=text,
            step=_step(Status.SUBMITTED, post, who, now),
        )
        revised = replace(
            self,
            status=revision.status,
            rank=None,
            submitted_at=now,
            revisions=(*self.revisions, revision),
        )
        return revised, [revised._submitted(post, now)]

    def review(
        self, seen: Wording, *, rank: int, who: Who, chart: Chart, now: datetime
    ) -> tuple[Self, list[Event]]:
        """The group reviewed it and gives it its rank; it may rank it anew until the deputy approves."""
        post = of_group(who, chart)
        self._must_be_newest(seen)
        if self.newest.status is Status.REVIEWED and self.newest.rank == rank:
            return self, []
        self._must_stand_at(Status.SUBMITTED, Status.REVIEWED)
        step = _step(Status.REVIEWED, post, who, now)
        reviewed = self._with(self.newest.moved(step, rank=rank))
        about = self._about(post, rules.REVIEW.clause)
        return reviewed, [ContentReviewed(**about, rank=rank, reviewed_at=now)]

    def send_back_at_review(
        self, seen: Wording, *, reason: str, who: Who, chart: Chart, now: datetime
    ) -> tuple[Self, list[Event]]:
        """The group doesn't let it through."""
        post = of_group(who, chart)
        self._must_be_newest(seen)
        self._must_stand_at(Status.SUBMITTED)
        return self._send_back(ReturnedAt.REVIEW, post, reason, who, now)

    def send_back_at_approval(
        self, seen: Wording, *, reason: str, who: Who, now: datetime
    ) -> tuple[Self, list[Event]]:
        """The deputy doesn't approve it."""
        post = deputy(who, self.domain)
        self._must_be_newest(seen)
        self._must_stand_at(Status.REVIEWED)
        return self._send_back(ReturnedAt.APPROVAL, post, reason, who, now)

    def approve(self, seen: Wording, *, who: Who, now: datetime) -> tuple[Self, list[Event]]:
        """The final approval of the domain's deputy, to exactly the wording they have seen."""
        post = deputy(who, self.domain)
        self._must_be_newest(seen)
        if self.newest.status is Status.APPROVED:
            return self, []
        self._must_stand_at(Status.REVIEWED)
        approved = self._with(self.newest.moved(_step(Status.APPROVED, post, who, now)))
        about = self._about(post, rules.COURSE.clause)
        return approved, [ContentApproved(**about, approved_at=now)]

    def publish(self, seen: Wording, *, who: Who, now: datetime) -> tuple[Self, list[Event]]:
        """The publisher puts the approved wording on the site, in place of the one online."""
        post = who.acting(access.PUBLISH)
        self._must_be_newest(seen)
        if self.newest.status is Status.PUBLISHED:
            return self, []
        self._must_stand_at(Status.APPROVED)
        revision = self.newest.moved(_step(Status.PUBLISHED, post, who, now))
        online = Online(revision=revision.number, rank=revision.rank, at=now)
        published = replace(self._with(revision), online=online)
        return published, [
            ContentPublished(
                **self._about(post, rules.COURSE.clause),
                first_time=all(one.status is not Status.PUBLISHED for one in self.revisions),
                submitted_at=revision.submitted_at,
                published_at=now,
            )
        ]

    def withdraw(self, *, who: Who, chart: Chart, now: datetime) -> tuple[Self, list[Event]]:
        """The domain takes it back, at any step: what it doesn't stand behind doesn't stay online."""
        post = representative(who, chart, self.domain)
        if self.status is Status.WITHDRAWN:
            return self, []
        withdrawn = replace(self, status=Status.WITHDRAWN, rank=None, online=None)
        return withdrawn, [
            ContentWithdrawn(
                **self._about(post, rules.COURSE.clause),
                was_online=self.online is not None,
                withdrawn_at=now,
            )
        ]

    def _send_back(
        self, at_step: ReturnedAt, post: Post, reason: str, who: Who, now: datetime
    ) -> tuple[Self, list[Event]]:
        step = _step(Status.RETURNED, post, who, now)
        about = self._about(post, rules.COURSE.clause)
        return self._with(self.newest.moved(step, reason=reason)), [
            ContentReturned(**about, returned_at_step=at_step, returned_at=now)
        ]

    def _submitted(self, post: Post, now: datetime) -> ContentSubmitted:
        return ContentSubmitted(**self._about(post, rules.COURSE.clause), submitted_at=now)

    def _with(self, revision: Revision) -> Self:
        return replace(
            self,
            revisions=(*self.revisions[:-1], revision),
            status=revision.status,
            rank=revision.rank,
        )

    def _about(self, post: Post, clause: str) -> _About:
        return _About(
            agency_id=self.agency_id,
            clause=clause,
            item_id=self.id,
            domain=self.domain,
            revision=self.newest.number,
            digest=self.newest.digest,
            post_id=post.id,
            press_case_id=self.press_case_id,
        )

    def _must_not_be_withdrawn(self) -> None:
        if self.status is Status.WITHDRAWN:
            raise Refused(
                rules.COURSE,
                Text(fa="حوزه این مطلب را پس گرفته است.", en="Its domain has withdrawn this item."),
            )

    def _must_be_newest(self, seen: Wording) -> None:
        """A step holds for the wording that was read, never for one that came meanwhile."""
        self._must_not_be_withdrawn()
        if (seen.revision, seen.digest) != (self.newest.number, self.newest.digest):
            raise Refused(
                rules.COURSE,
                Text(
                    fa="این نسخه تازه‌ترین نسخهٔ مطلب نیست؛ نسخهٔ تازه را بخوانید.",
                    en="That is not the item's newest revision; read the newest one.",
                ),
            )

    def _must_stand_at(self, *statuses: Status) -> None:
        if self.newest.status in statuses:
            return
        if self.newest.status is Status.SUBMITTED:
            raise Refused(
                rules.REVIEW,
                Text(
                    fa="گروه مدیریت سایت هنوز این نسخه را بررسی نکرده است.",
                    en="The group has not reviewed this revision yet.",
                ),
            )
        raise Refused(
            rules.COURSE,
            Text(
                fa="اکنون نوبت این مرحله نیست: نماینده، گروه، معاون حوزه، مسئول به‌روزرسانی سایت.",
                en="It is not this step's turn: representative, group, deputy of the domain, publisher.",
            ),
        )


def representative(who: Who, chart: Chart, domain: str) -> Post:
    """The post by which they speak for the domain: its own representative's, or one of a unit below it."""
    return who.acting(access.SUBMIT, lambda post: chart.domain_of(post.unit_id or "") == domain)


def of_group(who: Who, chart: Chart) -> Post:
    """The post by which they record the group's review: its head's, or a secretary's of public relations."""
    offices = {post.unit_id for post in chart.of_role(Role.HEAD_OF_PUBLIC_RELATIONS)}
    return who.acting(access.REVIEW, lambda post: post.unit_id in offices)


def deputy(who: Who, domain: str) -> Post:
    """The post of the domain's own deputy: no other deputy's, nor anybody's above."""
    return who.acting(access.APPROVE, lambda post: post.unit_id == domain)


def approved_by(who: Who) -> frozenset[str]:
    """The domains that they are the deputy of."""
    return frozenset(post.unit_id for post in who.posts if post.unit_id and post.role in access.APPROVE.roles)


def _step(status: Status, post: Post, who: Who, now: datetime) -> Step:
    return Step(status=status, post_id=post.id, person_id=who.subject, at=now)
