"""Many complaints about one cause, answered at once."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from services.complaints import access
from services.complaints.api.cases import ANSWER_MAX
from services.complaints.domain.together import TOGETHER_MAX
from services.complaints.usecases import together
from services.complaints.usecases.together import Outcome
from services.complaints.usecases.use import Use
from shared.access.guard import allowed
from shared.access.who import Who
from shared.web.parts import V1, Body, View, example, uses
from shared.web.problems import language_of, problem_of

router = APIRouter(prefix=V1, tags=["complaints"])
UseIt = Annotated[Use, Depends(uses)]
ID_MAX = 64
DONE = 200


class AnswersBody(Body):
    """Which complaints, and the answer. `{code}`, `{service}` and `{agency}` are filled in for each."""

    model_config = example(
        ids=["0193b2a0-0000-7000-8000-000000000001", "0193b2a0-0000-7000-8000-000000000002"],
        text="با سلام؛ خط انتقال محلهٔ شما تعمیر شد و شکایت {code} بررسی شده است.",
        upheld=True,
    )

    ids: list[Annotated[str, Field(min_length=1, max_length=ID_MAX)]] = Field(
        min_length=1, max_length=TOGETHER_MAX
    )
    text: str = Field(min_length=1, max_length=ANSWER_MAX)
    upheld: bool | None = Field(default=None, strict=True)


class AnsweredView(View):
    """What became of one: `status` is what answering it alone would have said, `why` is null where it was
    answered.
    """

    id: str
    status: int
    title: str | None
    why: str | None
    clause: str | None


@router.post("/complaints/answers")
async def answer(
    body: AnswersBody, who: Annotated[Who, Depends(allowed(access.ANSWER))], use: UseIt, request: Request
) -> list[AnsweredView]:
    """Answer several complaints in the same words; each citizen is told and asked for a verdict. What can't
    be answered is told for each, and sent again the same request answers only those that are left.
    """
    outcomes = await together.answer(use, who, body.ids, body.text, upheld=body.upheld)
    return [_view(request, id_, outcome) for id_, outcome in outcomes.items()]


def _view(request: Request, id_: str, outcome: Outcome) -> AnsweredView:
    if not isinstance(outcome, Exception):
        return AnsweredView(id=id_, status=DONE, title=None, why=None, clause=None)
    problem, language = problem_of(request, outcome), language_of(request)
    return AnsweredView(
        id=id_,
        status=problem.status,
        title=problem.title.in_(language),
        why=problem.detail and problem.detail.in_(language),
        clause=problem.more.get("clause"),
    )
