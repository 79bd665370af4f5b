"""A province whole, as its files say it."""

from pydantic import BaseModel, ConfigDict

from services.directory.domain.figures import FigureForm
from services.directory.domain.forms import AgencyForm, PostForm, ProvinceForm, ServiceForm


class Province(BaseModel):
    """All the files of a province, read and found to agree."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    form: ProvinceForm
    governorate: AgencyForm
    agencies: tuple[AgencyForm, ...]
    services: tuple[ServiceForm, ...]
    figures: tuple[FigureForm, ...] = ()
    """What holds in this province instead of the presets, each from a day on."""
    catalogue: str
    """The services as their file has them."""

    def posts(self) -> dict[str, PostForm]:
        """Every post of the province by its id."""
        return {post.id: post for body in (self.governorate, *self.agencies) for post in body.posts}
