"""The clocks: whose deadline moves, who is owed an answer, who said nothing, what is to be forgotten."""

from services.complaints.usecases import clock, file_clocks, forgetting, misconduct, press_clock, problems
from services.complaints.usecases.use import Use
from shared.sweep import Sweep


def sweeps(use: Use) -> list[Sweep]:
    """Each finds what is due and hands it to a use case, which looks again."""
    words, records = forgetting.words(use), misconduct.words(use)
    return [
        Sweep(
            name="complaints.follow-calendar",
            due=lambda _: clock.behind_calendar(use, use.cases),
            handle=lambda id_, now: clock.follow_calendar(use, id_, now),
        ),
        Sweep(
            name="complaints.escalate",
            due=lambda now: use.complaints.due("escalates_at", now),
            handle=lambda id_, now: clock.escalate_if_due(use, id_, now),
        ),
        Sweep(
            name="complaints.warn",
            due=lambda now: use.complaints.due("warns_at", now),
            handle=lambda id_, now: clock.warn_if_near(use, id_, now),
        ),
        Sweep(
            name="complaints.go-on",
            due=lambda now: use.complaints.due("waits_until_at", now),
            handle=lambda id_, now: clock.go_on_if_over(use, id_, now),
        ),
        Sweep(
            name="complaints.press-follow-calendar",
            due=lambda _: clock.behind_calendar(use, use.press_clocks),
            handle=lambda id_, now: press_clock.follow_calendar(use, id_, now),
        ),
        Sweep(
            name="complaints.press-escalate",
            due=lambda now: use.press.due("deadline.escalates_at", now),
            handle=lambda id_, now: press_clock.escalate_if_due(use, id_, now),
        ),
        Sweep(
            name="complaints.problem-follow-calendar",
            due=lambda _: clock.behind_calendar(use, use.problem_clocks),
            handle=lambda id_, now: problems.follow_calendar(use, id_, now),
        ),
        Sweep(
            name="complaints.problem-escalate",
            due=lambda now: use.problems.due("deadline.escalates_at", now),
            handle=lambda id_, now: problems.escalate_if_due(use, id_, now),
        ),
        Sweep(
            name="complaints.close-unrated",
            due=lambda now: use.complaints.due("rate_by_at", now),
            handle=lambda id_, now: clock.close_if_unrated(use, id_, now),
        ),
        Sweep(
            name="complaints.forget",
            due=lambda now: use.keeper.keys.due("look_at", now),
            handle=lambda id_, now: forgetting.forget_if_over(use, id_, now),
        ),
        Sweep(
            name="complaints.forget-words",
            due=words.over,
            handle=lambda id_, now: file_clocks.forget_words(use, words, id_, now),
        ),
        Sweep(
            name="complaints.clear-files",
            due=lambda now: use.files.due("clear_at", now),
            handle=lambda id_, now: file_clocks.clear(use, id_, now),
        ),
        Sweep(
            name="complaints.scan-files",
            due=lambda now: file_clocks.waiting(use, now),
            handle=lambda id_, now: file_clocks.scan(use, id_, now),
        ),
        Sweep(name="complaints.forget-records", due=records.over, handle=records.let_go),
        Sweep(
            name="complaints.say-erased-again",
            due=lambda now: use.keeper.keys.due("say_again_at", now),
            handle=use.keeper.say_again,
        ),
    ]
