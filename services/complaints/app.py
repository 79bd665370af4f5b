"""Assembles the service."""

from services.complaints.api import router
from services.complaints.consumer import subscriptions
from services.complaints.mail import mail_work
from services.complaints.settings import Settings
from services.complaints.storage.attachments import Attachments
from services.complaints.storage.clients import Clients
from services.complaints.storage.complaints import Complaints
from services.complaints.storage.misconduct import Register, RegisterLooks
from services.complaints.storage.press import PressCases
from services.complaints.storage.problems import Problems
from services.complaints.storage.requests import Requests, SealedRequests
from services.complaints.storage.templates import Templates
from services.complaints.sweeps import sweeps
from services.complaints.usecases.use import Use
from shared.keys.keeper import Keeper
from shared.keys.storage import PersonKeys
from shared.service import Base, Parts


def assemble(base: Base[Settings]) -> Parts:
    """The parts, each made once."""
    complaints, keys = Complaints(base.database), PersonKeys(base.database)
    press, problems = PressCases(base.database), Problems(base.database)
    templates, clients = Templates(base.database), Clients(base.database)
    store = base.settings.store(base.database)
    files = Attachments(base.database, store)
    register, register_looks = Register(base.database), RegisterLooks(base.database)
    requests, sealed_requests = Requests(base.database), SealedRequests(base.database)
    use = Use(
        complaints=complaints,
        cases=complaints,
        press=press,
        press_clocks=press,
        problems=problems,
        problem_clocks=problems,
        register=register,
        records=register,
        register_looks=register_looks,
        looks=register_looks,
        directory=base.directory,
        clients=clients,
        clock=base.clock,
        master_key=base.master_key,
        keeper=Keeper(keys, base.wrapper, base.master_key),
        wrapper=base.wrapper,
        requests=requests,
        sealed_requests=sealed_requests,
        templates=templates,
        files=files,
        store=store,
        scanner=base.settings.scanner(),
    )
    return Parts(
        use=use,
        repositories=[
            complaints,
            keys,
            press,
            problems,
            templates,
            register,
            register_looks,
            files,
            clients,
            requests,
        ],
        routers=[router],
        subscriptions=subscriptions(use, base.database, sealed_requests),
        sweeps=sweeps(use),
        background=mail_work(use, base.settings),
    )
