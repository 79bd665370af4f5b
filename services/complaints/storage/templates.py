"""The wordings of answers: few for each agency, listed by when they were made."""

from pymongo.asynchronous.database import AsyncDatabase

from services.complaints.domain.template import Template
from services.complaints.storage.clocks import Document
from shared.store.repository import Repository


class Templates(Repository[Template]):
    """Wordings of answers."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        super().__init__(database, "answer_templates", Template)
