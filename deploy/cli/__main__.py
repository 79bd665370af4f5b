"""`paygir`: to add a subcommand, add a file beside this one and a line below."""

import sys

import typer

from deploy.cli import (
    agency,
    audit,
    bench,
    checks,
    clock,
    demo,
    directives,
    dlq,
    docs,
    doctor,
    keys,
    replay,
    replica,
    reset,
    roles,
    serve,
    token,
    topics,
    up,
)
from deploy.embedded.broken import Broken

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command("up")(up.up)
app.command("serve")(serve.serve)
app.command("topics")(topics.topics)
app.command("doctor")(doctor.doctor)
app.command("directives")(directives.directives)
app.command("docs")(docs.docs)
app.command("token")(token.token)
app.command("account")(token.account)
app.command("roles")(roles.roles)
app.command("reset")(reset.reset)
app.add_typer(agency.app, name="agency")
app.add_typer(clock.app, name="clock")
app.add_typer(keys.app, name="keys")
app.add_typer(audit.app, name="audit")
app.add_typer(dlq.app, name="dlq")
app.command("replay")(replay.replay)
app.add_typer(replica.app, name="replica")
app.command("test", context_settings=checks.PASS_ON)(checks.test)
app.command("quick", context_settings=checks.PASS_ON)(checks.quick)
app.command("check")(checks.check)
app.command("bench", context_settings={**checks.PASS_ON, "help_option_names": []})(bench.bench)
app.command("demo")(demo.demo)


def main() -> None:
    """Run it; what stops it is one sentence on the terminal, and code 1."""
    try:
        app(prog_name="paygir")
    except Broken as broken:
        print(broken.said(), file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
