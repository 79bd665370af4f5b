from collections.abc import Callable
from dataclasses import replace

import pytest

from services.content.domain.item import REVISIONS_MAX, Item
from services.content.domain.revision import Status
from shared.access.who import Forbidden, Who
from shared.events.content import ContentApproved, ContentPublished, ContentReturned, ReturnedAt
from shared.rule import Invalid, Refused
from tests.content.people import (
    CHART,
    INSTANT,
    LEAVE,
    NOW,
    approved,
    names,
    newest,
    published,
    reviewed,
    revised,
    submitted,
    who,
)

EVERYBODY = [
    "head",
    "works.deputy",
    "works.representative",
    "office.deputy",
    "county.representative",
    "pr.head",
    "pr.secretary",
    "council.secretary",
    "publisher",
    "officer",
]
Step = Callable[[Who], object]


def submit(by: Who) -> object:
    return Item.submit(
        id_="i", domain="works", topic="t", title="t", text="t", who=by, chart=CHART, bars=(), now=NOW
    )


def steps() -> dict[str, tuple[Step, set[str]]]:
    """Each step where its turn is, and who may take it as the directive has it."""
    one, two, three = submitted(), reviewed(submitted()), approved(reviewed(submitted()))
    ours = {"works.representative", "county.representative"}
    return {
        "submit": (submit, ours),
        "revise": (
            lambda by: one.revise(title="t", text="t", who=by, chart=CHART, bars=(), now=NOW),
            ours,
        ),
        "withdraw": (lambda by: three.withdraw(who=by, chart=CHART, now=NOW), ours),
        "review": (
            lambda by: one.review(newest(one), rank=1, who=by, chart=CHART, now=NOW),
            {"pr.head", "pr.secretary"},
        ),
        "send back at review": (
            lambda by: one.send_back_at_review(newest(one), reason="r", who=by, chart=CHART, now=NOW),
            {"pr.head", "pr.secretary"},
        ),
        "approve": (lambda by: two.approve(newest(two), who=by, now=NOW), {"works.deputy"}),
        "send back at approval": (
            lambda by: two.send_back_at_approval(newest(two), reason="r", who=by, now=NOW),
            {"works.deputy"},
        ),
        "publish": (lambda by: three.publish(newest(three), who=by, now=NOW), {"publisher"}),
    }


@pytest.mark.clause("PORTAL-7")
@pytest.mark.parametrize("name", list(steps()))
def test_each_step_is_taken_by_its_own_post_and_by_no_other(name: str) -> None:
    step, theirs = steps()[name]
    for post_id in EVERYBODY:
        if post_id in theirs:
            step(who(post_id))
        else:
            with pytest.raises(Forbidden):
                step(who(post_id))


@pytest.mark.clause("PORTAL-7")
def test_an_item_goes_from_the_representative_by_group_and_deputy_to_the_publisher() -> None:
    item = published(approved(reviewed(submitted(), rank=3)))

    assert [(step.status.value, step.post_id) for step in item.newest.steps] == [
        ("submitted", "works.representative"),
        ("reviewed", "pr.secretary"),
        ("approved", "works.deputy"),
        ("published", "publisher"),
    ]
    assert item.online is not None
    assert (item.online.revision, item.online.rank, item.online.at) == (1, 3, NOW)


@pytest.mark.clause("PORTAL-6-3")
def test_nothing_unreviewed_goes_further() -> None:
    item = submitted()
    for step in (
        lambda: item.approve(newest(item), who=who("works.deputy"), now=NOW),
        lambda: item.send_back_at_approval(newest(item), reason="r", who=who("works.deputy"), now=NOW),
        lambda: item.publish(newest(item), who=who("publisher"), now=NOW),
    ):
        with pytest.raises(Refused) as refused:
            step()
        assert refused.value.rule.clause == "PORTAL-6-3"


@pytest.mark.clause("PORTAL-6-3")
def test_the_group_gives_the_rank_and_may_change_it_until_the_deputy_approves() -> None:
    item = reviewed(submitted(), rank=2)
    again, events = item.review(newest(item), rank=1, who=who("pr.head"), chart=CHART, now=NOW)

    assert (item.rank, again.rank, names(events)) == (2, 1, ["ContentReviewed"])
    assert again.review(newest(item), rank=1, who=who("pr.head"), chart=CHART, now=NOW) == (again, [])
    done = approved(again)
    with pytest.raises(Refused) as refused:
        done.review(newest(done), rank=2, who=who("pr.head"), chart=CHART, now=NOW)
    assert refused.value.rule.clause == "PORTAL-7"


@pytest.mark.clause("PORTAL-7")
def test_what_the_deputy_has_not_approved_is_not_published() -> None:
    item = reviewed(submitted())
    with pytest.raises(Refused) as refused:
        item.publish(newest(item), who=who("publisher"), now=NOW)

    assert refused.value.rule.clause == "PORTAL-7"


def test_what_is_published_twice_is_published_once() -> None:
    item = published(approved(reviewed(submitted())))

    assert item.publish(newest(item), who=who("publisher"), now=NOW) == (item, [])


@pytest.mark.clause("PORTAL-7")
def test_the_deputy_approves_exactly_the_revision_they_read() -> None:
    first = reviewed(submitted())
    second = reviewed(revised(first))
    item, [event] = second.approve(newest(second), who=who("works.deputy"), now=NOW)

    assert isinstance(event, ContentApproved)
    assert (event.revision, event.digest) == (2, second.newest.digest)
    assert item.approve(newest(item), who=who("works.deputy"), now=NOW) == (item, [])
    for seen in (
        newest(first),
        replace(newest(second), digest="0" * 64),
        replace(newest(second), revision=1),
    ):
        with pytest.raises(Refused) as refused:
            second.approve(seen, who=who("works.deputy"), now=NOW)
        assert refused.value.rule.clause == "PORTAL-7"


@pytest.mark.clause("PORTAL-7")
@pytest.mark.parametrize(
    "far", [submitted, lambda: reviewed(submitted()), lambda: approved(reviewed(submitted()))]
)
def test_a_new_wording_goes_the_whole_way_again(far: Callable[[], Item]) -> None:
    item = revised(far())

    assert (item.status, item.rank, item.newest.number) == (Status.SUBMITTED, None, 2)
    with pytest.raises(Refused) as refused:
        item.publish(newest(item), who=who("publisher"), now=NOW)
    assert refused.value.rule.clause == "PORTAL-6-3"


@pytest.mark.clause("PORTAL-7")
def test_the_published_wording_stays_online_while_a_new_one_goes_its_way() -> None:
    online = published(approved(reviewed(submitted(), rank=5)))
    on_its_way = approved(reviewed(revised(online), rank=1))
    assert on_its_way.online == online.online

    item, [event] = on_its_way.publish(newest(on_its_way), who=who("publisher"), now=NOW)
    assert item.online is not None
    assert (item.online.revision, item.online.rank) == (2, 1)
    assert isinstance(event, ContentPublished)
    assert not event.first_time


def test_the_first_publication_says_that_it_is_the_first() -> None:
    item = approved(reviewed(submitted()))
    _, [event] = item.publish(newest(item), who=who("publisher"), now=NOW)

    assert isinstance(event, ContentPublished)
    assert event.first_time


def test_the_same_wording_submitted_again_is_nothing_new_unless_it_was_sent_back() -> None:
    item = submitted()
    assert revised(item, text="گام نخست: درخواست.") == item

    returned, _ = item.send_back_at_review(
        newest(item), reason="نشانی ندارد", who=who("pr.head"), chart=CHART, now=NOW
    )
    assert revised(returned, text="گام نخست: درخواست.").newest.number == 2


@pytest.mark.clause("PORTAL-6-3")
def test_the_group_sends_back_with_its_reason_and_the_item_stops_there() -> None:
    item = submitted()
    returned, [event] = item.send_back_at_review(
        newest(item), reason="نشانی ندارد", who=who("pr.head"), chart=CHART, now=NOW
    )

    assert (returned.status, returned.newest.reason) == (Status.RETURNED, "نشانی ندارد")
    assert isinstance(event, ContentReturned)
    assert event.returned_at_step is ReturnedAt.REVIEW
    assert "نشانی" not in event.model_dump_json()
    for step in (
        lambda: reviewed(returned),
        lambda: approved(returned),
        lambda: published(returned),
    ):
        with pytest.raises(Refused):
            step()


@pytest.mark.clause("PORTAL-7")
def test_the_deputy_sends_back_what_they_do_not_approve() -> None:
    item = reviewed(submitted())
    returned, [event] = item.send_back_at_approval(
        newest(item), reason="رقم کهنه است", who=who("works.deputy"), now=NOW
    )

    assert returned.status is Status.RETURNED
    assert isinstance(event, ContentReturned)
    assert event.returned_at_step is ReturnedAt.APPROVAL


@pytest.mark.clause("PORTAL-7")
@pytest.mark.parametrize(
    ("now", "in_the_post"),
    [(LEAVE[0] - INSTANT, False), (LEAVE[0], True), (LEAVE[1] - INSTANT, True), (LEAVE[1], False)],
)
def test_nobody_approves_in_the_deputys_place_but_a_stand_in_while_it_lasts(
    now: object, in_the_post: bool
) -> None:
    assert isinstance(now, type(NOW))
    item = reviewed(submitted(by="county.representative"))
    stand_in = who("works.representative", now)
    if in_the_post:
        assert item.approve(newest(item), who=stand_in, now=now)[0].status is Status.APPROVED
    else:
        with pytest.raises(Forbidden):
            item.approve(newest(item), who=stand_in, now=now)


@pytest.mark.clause("PORTAL-7")
def test_a_stand_in_does_not_approve_what_they_submitted_themselves() -> None:
    item = reviewed(submitted(by="works.representative"))
    with pytest.raises(Refused) as refused:
        item.approve(newest(item), who=who("works.representative", LEAVE[0]), now=LEAVE[0])

    assert refused.value.rule.clause == "PORTAL-7"


@pytest.mark.clause("PORTAL-7")
def test_public_relations_speaks_for_the_management_domain_but_another_of_the_group_reviews_it() -> None:
    item = submitted(by="pr.head", domain="office")
    with pytest.raises(Refused) as refused:
        item.review(newest(item), rank=1, who=who("pr.head"), chart=CHART, now=NOW)

    assert refused.value.rule.clause == "PORTAL-7"
    item = reviewed(item)
    with pytest.raises(Forbidden):
        item.approve(newest(item), who=who("works.deputy"), now=NOW)
    assert item.approve(newest(item), who=who("office.deputy"), now=NOW)[0].status is Status.APPROVED


def test_a_withdrawn_item_is_off_the_site_at_once_and_goes_nowhere_any_more() -> None:
    online = published(approved(reviewed(submitted())))
    item, [event] = online.withdraw(who=who("works.representative"), chart=CHART, now=NOW)

    assert (item.online, item.status, names([event])) == (None, Status.WITHDRAWN, ["ContentWithdrawn"])
    assert item.withdraw(who=who("works.representative"), chart=CHART, now=NOW) == (item, [])
    for step in (
        lambda: revised(item),
        lambda: reviewed(item),
        lambda: approved(item),
        lambda: published(item),
    ):
        with pytest.raises(Refused):
            step()


def test_an_item_has_thirty_revisions_at_most() -> None:
    item = submitted()
    for number in range(2, 31):
        item = revised(item, text=f"متن {number}")

    assert len(item.revisions) == REVISIONS_MAX == 30
    with pytest.raises(Invalid):
        revised(item, text="متن ۳۱")


def test_a_digest_tells_apart_what_only_the_border_of_title_and_text_tells_apart() -> None:
    base = submitted()

    def said(title: str, text: str) -> str:
        return base.revise(
            title=title, text=text, who=who("works.representative"), chart=CHART, bars=(), now=NOW
        )[0].newest.digest

    assert said("ab", "c") != said("a", "bc")
    assert said("ab", "c") == said("ab", "c")
