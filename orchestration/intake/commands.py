"""`vigie intake`: the door for senders, and their tokens."""

import click

from orchestration.errors import VigieError
from orchestration.home import Home


@click.group(invoke_without_command=True)
@click.option("--port", default=8090, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--limit", default=64, show_default=True, type=click.IntRange(1, 2048), metavar="MB", help="Size of a file."
)
@click.pass_context
def intake(ctx: click.Context, port: int, limit: int) -> None:
    """Open the door for senders on this machine only (http://127.0.0.1:8090/), until Ctrl-C.

    Who may send what stands in orchestration/intake/senders.yml, or in the file that VIGIE_SENDERS names; the hashes of
    their tokens in the file that VIGIE_INTAKE_TOKENS names. Other machines reach it through a reverse proxy.
    """
    if ctx.invoked_subcommand:
        return
    from orchestration.intake.door import Door, serve
    from orchestration.intake.senders import read_hashes, read_senders, tokens_file
    from orchestration.landing import read_contracts

    contracts, tokens = read_contracts(), tokens_file()
    senders = read_senders(contracts)
    without = sorted(senders.keys() - read_hashes(tokens).keys())
    if without:
        click.echo(f"No token yet: {', '.join(without)}. Next: vigie intake token SENDER", err=True)
    click.echo(f"http://127.0.0.1:{port}/")
    serve(Door(Home.from_env(), contracts, senders, tokens, limit=limit * 2**20), port)


@intake.command()
@click.argument("sender")
def token(sender: str) -> None:
    """Make a token for SENDER and show it, this once: only its hash is kept. The one it had ends at once."""
    from orchestration.intake.senders import make_token, read_senders, tokens_file
    from orchestration.landing import read_contracts

    senders = read_senders(read_contracts())
    if sender not in senders:
        raise VigieError(f"No sender {sender} is declared; the senders are {', '.join(senders)}.")
    click.echo(make_token(sender, tokens_file()))
