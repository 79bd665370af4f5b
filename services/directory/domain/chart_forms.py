"""A chart as it is handed in, turned into the chart that events carry."""

from services.directory.domain import forms
from services.directory.domain.forms import CommitteeForm, PostForm, UnitForm
from shared.directory.chart import Committee
from shared.events.directory import Name, Post, Unit


def as_name(form: forms.Name) -> Name:
    """A name as events carry it."""
    return Name(fa=form.fa, en=form.en)


def as_unit(form: UnitForm) -> Unit:
    """A unit as events carry it."""
    return Unit(
        id=form.id,
        name=as_name(form.name),
        kind=form.kind,
        parent=form.parent,
        county=form.county,
        service_desk=form.service_desk,
    )


def as_post(form: PostForm) -> Post:
    """A post as events carry it: without its people."""
    return Post(
        id=form.id,
        title=as_name(form.title),
        role=form.role,
        unit_id=form.unit,
        reports_to=form.reports_to,
    )


def as_committee(form: CommitteeForm) -> Committee:
    """A committee as charts have it."""
    seats = [form.chair, form.secretary, *(member.post for member in form.members)]
    return Committee(id=form.id, title=as_name(form.title), posts=frozenset(seats))
