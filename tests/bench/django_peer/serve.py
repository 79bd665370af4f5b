"""Makes the tables (`python -m tests.bench.django_peer.serve`); gunicorn serves `application`."""
# pyright: basic, reportMissingImports=false

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.django_peer.configured")

import django
from django.core.wsgi import get_wsgi_application
from django.db import connection

application = get_wsgi_application()


def main() -> None:
    """Anew each time."""
    from tests.bench.django_peer.models import Complaint, History, Outbox

    with connection.schema_editor() as editor:
        for model in (Complaint, History, Outbox):
            editor.create_model(model)


if __name__ == "__main__":
    django.setup()
    main()
