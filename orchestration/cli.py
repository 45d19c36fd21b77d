"""The command line: `vigie`."""

import datetime as dt
import json
import os
import signal
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from orchestration import clock, progress
from orchestration.cost import Meter
from orchestration.errors import VigieError, told
from orchestration.home import PROJECT, Home
from orchestration.intake.commands import intake
from orchestration.storage import locked

DAY = click.DateTime(formats=["%Y-%m-%d"])
WHY = click.option("--why", required=True, metavar="TEXT", help="The reason, kept with who said it and when.")
FAILED = 1
#: A file is refused, something is held, stands on incomplete deliveries, or was to come after the release and failed;
#: the rest is done.
IN_PART = 3
#: What a change does to figures is not allowed as it is.
REFUSED = 4


class Vigie(click.Group):
    """Shows an error that the user can act on as one message; a traceback only with --debug."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; VigieError and what was not foreseen end with exit code 1."""
        try:
            return super().invoke(ctx)
        except VigieError as error:
            if ctx.params.get("debug"):
                traceback.print_exc()
            click.echo(f"vigie: {error}", err=True)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if ctx.params.get("debug"):
                raise
            click.echo(
                f"vigie: unexpected {told(error)}\n"
                f"This is a fault of Vigie; `vigie --debug {ctx.invoked_subcommand}` shows where.",
                err=True,
            )
        ctx.exit(FAILED)


@click.group(cls=Vigie, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--debug", is_flag=True, help="Show the logs of Dagster and dbt, and tracebacks.")
@click.version_option(package_name="vigie", message="%(version)s")
def main(debug: bool) -> None:
    """The daily indicator factory of an epidemic: from raw files to a checked release.

    Everything is written under one folder: $VIGIE_HOME, by default var/ in the repository. Exit codes: 0 done, 1 not
    done (the message says why), 2 wrong usage, 3 done in part (something is refused, held or partial), 4 a change that
    may not be merged as it is.
    """
    # From here on, before anything is written: what is made is its user's alone.
    os.umask(0o077)


main.add_command(intake)


@main.command()
@click.option("--feed", default="sidep", show_default=True, help="The feed to produce.")
@click.option(
    "--truth",
    default="builtin",
    show_default=True,
    metavar="builtin|FILE|DIR",
    help="A made-up epidemic, an official file of counts, or a folder of dated ones.",
)
@click.option(
    "--from",
    "start",
    type=DAY,
    required=True,
    metavar="D",
    help="First day, YYYY-MM-DD, of what the feed counts: samples, declarations, visits, acts, injections, reports …",
)
@click.option("--until", "end", type=DAY, required=True, metavar="D", help="Last day.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same files.")
@click.option("--rate", "rates", multiple=True, metavar="NAME=X", help="Rate of a disturbance; may be repeated.")
@click.option("--size", type=click.IntRange(1), help="Number of records of a made-up epidemic.  [default: 300000]")
@click.option("--format", "form", default="mixed", type=click.Choice(["mixed", "csv", "parquet"]), show_default=True)
@click.pass_context
def simulate(
    ctx: click.Context,
    feed: str,
    truth: str,
    start: dt.datetime,
    end: dt.datetime,
    seed: int,
    rates: tuple[str, ...],
    size: int | None,
    form: str,
) -> None:
    """Write the deliveries of a producer into landing/, with the truth kept aside."""
    from orchestration.simulator import simulate as produce

    options = {"size": size} if size else {}
    Home.from_env().keep_private()
    with progress.shown_on(sys.stderr), progress.step("Simulation"):
        made = produce(
            Home.from_env(),
            feed,
            truth,
            start.date(),
            end.date(),
            seed,
            dict(_rate(rate) for rate in rates),
            deliveries_format=form,
            report=progress.now,
            **options,
        )
    folder = Home.from_env().landing / feed
    click.echo(f"{made.rows:,} rows in {len(made.files)} files under {folder}. Next: vigie run --today {end:%Y-%m-%d}")


def _rate(text: str) -> tuple[str, float]:
    name, equals, value = text.partition("=")
    try:
        if not (name and equals):
            raise ValueError
        return name, float(value)
    except ValueError:
        raise click.BadParameter(f"'{text}' is not NAME=X with X a number, such as deletions=0.01.") from None


@main.command()
@click.option("--today", type=DAY, metavar="D", help="Land what was received up to this day.  [default: today]")
@click.option(
    "--again", default="", metavar="FEED/FILE", help="Check only this file, again: rows that waited may land."
)
@click.pass_context
def land(ctx: click.Context, today: dt.datetime | None, again: str) -> None:
    """Take the delivered files in: check, type, append to the lake, write the ledger.

    FILE is <YYYY-MM-DD>/<name>, as below landing/<feed>/; the file must still be there.
    """
    _execute(ctx, ["landing"], today=today, again=again)


@main.command()
@click.argument("delivery", metavar="FEED/FILE")
@click.option("--why", required=True, metavar="TEXT", help="The reason, kept in the ledger.")
@click.option("--today", type=DAY, metavar="D", help="The day from which it is not known any more.  [default: today]")
def withdraw(delivery: str, why: str, today: dt.datetime | None) -> None:
    """Take back a delivery that should never have come: the next run counts as if it had not.

    FILE is <YYYY-MM-DD>/<name>, as it lay below landing/<feed>/. The ledger keeps it, with the reason.
    """
    home = Home.from_env()
    with locked(home.lock, "vigie withdraw"):
        from orchestration.landing import withdraw as take_back

        feed, _, file = delivery.partition("/")
        entries = take_back(home, feed, file, why, today.date() if today else clock.today())
    rows = sum(entry.rows_accepted for entry in entries)
    click.echo(f"Withdrawn  {delivery}: {rows:,} rows count no more from the next run on. Next: vigie run")


@main.command()
@click.option("--as-of", "as_of", type=DAY, metavar="D", help="Rebuild, apart, what was known on the evening of D.")
@click.option("--rebuild", is_flag=True, help="Make every table again from the lake, not only what is new.")
@click.pass_context
def build(ctx: click.Context, as_of: dt.datetime | None, rebuild: bool) -> None:
    """Bring the warehouse up to date with the lake and check it.

    With --as-of, a warehouse and a release apart, under as_of/<D>/, are made from what had been received on that day;
    the present warehouse and `latest` are not touched.
    """
    _execute(ctx, ["build", "release"] if as_of else ["build"], as_of=as_of, rebuild=rebuild)


@main.command()
@click.option("--today", type=DAY, metavar="D", help="The day of the release.  [default: today]")
@click.option("--dry-run", is_flag=True, help="Say what would go out, what would be held and why; write nothing.")
@click.pass_context
def release(ctx: click.Context, today: dt.datetime | None, dry_run: bool) -> None:
    """Publish the warehouse as it stands: write a release apart, then show it; then keep the lake.

    What the gate holds keeps its last good files, with the reason and since when; the rest goes out. When nothing has
    changed since the last release there is no new one.
    """
    if dry_run:
        from orchestration.assets.release import rehearsal
        from orchestration.status import foretell, refuse_going_back

        home, day = Home.from_env(), today.date() if today else clock.today()
        refuse_going_back(home, day)
        with locked(home.lock, "vigie release --dry-run", reads=True):
            foretold = rehearsal(home, day)
        click.echo(foretell(foretold))
        if foretold.standing("held") or foretold.standing("partial"):
            ctx.exit(IN_PART)
    else:
        _execute(ctx, ["release"], today=today)


@main.command()
@click.option("--today", type=DAY, metavar="D", help="The day of the run.  [default: today]")
@click.pass_context
def run(ctx: click.Context, today: dt.datetime | None) -> None:
    """All of it: land, build, check, release, and keep the lake."""
    _execute(ctx, None, today=today)


@main.command()
@click.option("--all", "everything", is_flag=True, help="Every feed, refused file, check and output that is not ok.")
@click.option("--json", "as_json", is_flag=True, help="For programs: all of it.")
@click.pass_context
def status(ctx: click.Context, everything: bool, as_json: bool) -> None:
    """Say in ten lines how the evening stands, why, and what to type.

    For monitoring, the exit code tells: 0 all correct or not due yet, 3 partial or held and said so, 1 nothing went out
    at its hour. The same, with all feeds and outputs, is the page status.html of the home.
    """
    from orchestration.day.evening import evening, in_ten_lines
    from orchestration.status import describe

    stands = evening(Home.from_env())
    found = stands.pop("status")
    if as_json:
        whole = found | {"evening": stands | {"month": asdict(stands["month"])}}
        click.echo(json.dumps(whole, indent=2, default=str, ensure_ascii=False))
    else:
        click.echo(in_ten_lines(stands))
        if everything:
            click.echo(describe(found))
    ctx.exit(stands["exit_code"])


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For programs: all of it.")
def recipients(as_json: bool) -> None:
    """List who gets what of the released data: last sent, next due, or why nothing.

    Recipients are declared in orchestration/routing/recipients/. Exit code 1 when a declaration asks for what it may
    not have.
    """
    from orchestration.release import read_declarations
    from orchestration.routing.declarations import read_classes, read_recipients
    from orchestration.routing.telling import listed, overview
    from orchestration.warehouse.project import manifest_path

    home, now = Home.from_env(), clock.now()
    declared, classes = read_recipients(), read_classes()
    found = overview(home, declared, classes, read_declarations(manifest_path(home)), now)
    click.echo(json.dumps(found, indent=2, ensure_ascii=False) if as_json else listed(found))
    if any(each["refused"] and not declared[each["recipient"]].ended(now.date()) for each in found):
        click.get_current_context().exit(FAILED)


@main.command()
@click.argument("recipient", default="")
@click.option("--dry-run", is_flag=True, help="Say what would be sent, and send nothing.")
@click.pass_context
def deliver(ctx: click.Context, recipient: str, dry_run: bool) -> None:
    """Send RECIPIENT, or all of them, what they do not have yet of the last release.

    Each gets what is declared for it, at its place and nowhere else. What cannot be sent waits and is an incident; the
    jobs of Dagster try again for an hour, this command once. Exit code 1 when nothing could be sent, 3 when some could
    not.
    """
    from orchestration.assets.routing import tell
    from orchestration.release import read_declarations
    from orchestration.routing import delivering
    from orchestration.routing.declarations import read_classes, read_recipients
    from orchestration.routing.telling import delivered, to_serve
    from orchestration.warehouse.project import manifest_path

    home = Home.from_env()
    home.keep_private()
    declared_now = read_recipients()
    wanted = to_serve(declared_now, recipient, clock.today())
    if not dry_run:
        delivering.forget_ended(home, declared_now.values(), clock.now())
    classes, declared = read_classes(), read_declarations(manifest_path(home))
    bring = delivering.rehearse if dry_run else delivering.deliver
    failed = 0
    for each in wanted:
        with progress.shown_on(sys.stderr), progress.step(f"To {each.name}"):
            outcome = bring(home, each, classes, declared)
        click.echo(delivered(outcome))
        failed += outcome.state == "failed"
    if failed:
        tell(home)
        ctx.exit(FAILED if failed == len(wanted) else IN_PART)


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def backup(folder: Path) -> None:
    """Copy to FOLDER what cannot be made again; what stands there as it is in the home is not copied again.

    The secret is not among it: keep its copy apart. `vigie restore FOLDER` sets up a new home from it.
    """
    from orchestration.backup import back_up

    with progress.shown_on(sys.stderr), progress.step("Backup"):
        copied = back_up(Home.from_env(), folder, progress.now)
    click.echo(f"Backup     {copied:,} files copied to {folder}; keep a copy of the secret elsewhere")


@main.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def restore(folder: Path) -> None:
    """Set up the home, which must be empty, from the copy in FOLDER, after comparing every file with what was noted."""
    from orchestration.backup import restore as set_up

    home = Home.from_env()
    with progress.shown_on(sys.stderr), progress.step("Restore"):
        files = set_up(folder, home, progress.now)
    click.echo(
        f"Restored   {files:,} files under {home.root}. Next: put the secret into {home.private}, then vigie run"
    )


@main.command()
@click.option("--deep", is_flag=True, help="Read what stands in the warehouse and the published files again.")
@click.pass_context
def check(ctx: click.Context, deep: bool) -> None:
    """Say of each output whether it may be published, from what stands in the warehouse; build and write nothing.

    With --deep, the tables and views of the warehouse, the sealed files and the files of the last release are compared
    with what was noted of them when they were written, and all months of the published series are computed again:
    exit code 1 when one is not the same.
    """
    from orchestration.gate import SETTLED, open_gate
    from orchestration.gate.contents import differing, differing_published
    from orchestration.release import differing_series
    from orchestration.warehouse.project import target
    from orchestration.warehouse.results import gate_of, held_in_words

    home = Home.from_env()
    with locked(home.lock, "vigie check", reads=True):
        gate = open_gate(home)
        wrong = [*differing(home, gate), *differing_published(home)] if deep else []
        wrong += differing_series(home, target(home) / "manifest.json", gate.verdicts) if deep else []
    passed = sum(result is not None and result.status in SETTLED for result in gate.checks.values())
    facts = gate_of(gate)
    click.echo(f"Checks     {passed} of {len(gate.checks)} passed at the present state")
    click.echo(f"Outputs    {facts['open']} open, {len(facts['held'])} held")
    for line in held_in_words(facts):
        click.echo(f"Held       {line}")
    for day, names in gate.other_rules.items():
        click.echo(f"Rules      from {day} on counted by others than before: {', '.join(names)}")
    for line in wrong:
        click.echo(f"Differs    {line}")
    if deep and not wrong:
        click.echo("Content    all as it was noted when it was written")
    if wrong:
        click.echo("vigie: make the warehouse again with `vigie build --rebuild`, then `vigie release`.", err=True)
        ctx.exit(FAILED)
    if facts["held"]:
        ctx.exit(IN_PART)


@main.group()
def new() -> None:
    """Begin something new in the project: its files, as the others have them."""


@new.command("indicator")
@click.argument("name")
@click.option("--theme", help="What it is counted in, such as hospital.")
@click.option("--shape", help="count, stock, share, rate, prevalence, cumulative, mean or ratio.")
@click.option("--figure", help="The figure of the theme that it shows, or of a share the part; sums are allowed.")
@click.option("--whole", help="Of a share or ratio: what the figure is divided by.")
@click.option(
    "--minimum", metavar="N", help="Of a share: the least whole of which it is given; a number or a variable."
)
@click.option("--title", nargs=2, metavar="FR EN", help="Its title in French and in English.")
@click.option("--unit", nargs=2, metavar="FR EN", help="Its unit in both, where the shape does not say it.")
@click.option("--since", type=DAY, metavar="D", help="Since when the definition holds.  [default: today]")
def new_indicator(
    name: str,
    theme: str | None,
    shape: str | None,
    figure: str | None,
    whole: str | None,
    minimum: str | None,
    title: tuple[str, str] | None,
    unit: tuple[str, str] | None,
    since: dt.datetime | None,
) -> None:
    """Write the SQL, the text and the lines of _indicators.yml of a new indicator.

    At a terminal, what is not given is asked for. What is left to write is said with file and line, and so does
    `vigie preview NAME`.
    """
    from orchestration.analyst.commands import begun

    home = Home.from_env()
    home.keep_private()
    given = {"theme": theme, "shape": shape, "figure": figure, "whole": whole, "minimum": minimum}
    given |= {"title": title, "unit": unit}
    begun(home, name, given, since.date() if since else None, sys.stdin.isatty(), click.echo)


@main.group(name="incidents", invoke_without_command=True)
@click.option("--all", "everything", is_flag=True, help="Those that have ended, too.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--gather", is_flag=True, help="Look first for what is wrong now, as a run does in the end.")
@click.pass_context
def incidents(ctx: click.Context, everything: bool, as_json: bool, gather: bool) -> None:
    """List what is wrong, since when, what it touches, and the command to go on with."""
    if ctx.invoked_subcommand:
        return
    from orchestration.incidents.register import read_register
    from orchestration.incidents.words import listed

    home = Home.from_env()
    if gather:
        with _writing("vigie incidents --gather") as home:
            from orchestration.incidents.watch import look

            look(home, clock.today())
    found = read_register(home, everything)
    click.echo(json.dumps(found, indent=2, default=str, ensure_ascii=False) if as_json else listed(found))


@incidents.command(name="ack")
@click.argument("incident", type=int, metavar="ID")
@WHY
def acknowledge_incident(incident: int, why: str) -> None:
    """Take charge of an incident; its name and reason are kept with it."""
    from orchestration.incidents.register import acknowledge

    with _writing("vigie incidents ack") as home:
        acknowledge(home, incident, why, clock.today())
    click.echo(f"Incident {incident} is acknowledged.")


@incidents.command(name="close")
@click.argument("incident", type=int, metavar="ID")
@WHY
def close_incident(incident: int, why: str) -> None:
    """Close an incident by hand: it stays closed as long as what was found does not weigh more."""
    from orchestration.incidents.register import close

    with _writing("vigie incidents close") as home:
        close(home, incident, why, clock.today())
    click.echo(f"Incident {incident} is closed.")


@incidents.command(name="mark")
@click.argument("incident", type=int, metavar="ID")
@click.option("--from", "since", type=DAY, required=True, metavar="D", help="First day of the figures touched.")
@click.option("--until", type=DAY, required=True, metavar="D", help="Last day of the figures touched.")
@WHY
def mark_incident(incident: int, since: dt.datetime, until: dt.datetime, why: str) -> None:
    """Declare the days of figures that an incident touches: the next release marks them and tells the public."""
    from orchestration.incidents.register import mark

    with _writing("vigie incidents mark") as home:
        mark(home, incident, since.date(), until.date(), why, clock.today())
    click.echo(f"Incident {incident} touches the figures from {since:%Y-%m-%d} to {until:%Y-%m-%d}. Next: vigie run")


@main.command()
@click.argument("output")
@WHY
def hold(output: str, why: str) -> None:
    """Hold an output: it keeps its last good files from the next release on, whatever is delivered, until `resume`.

    OUTPUT is the name of an indicator or of one of its files, or that of a file in an official layout. The public reads
    that it is being verified, and not WHY.
    """
    from orchestration.incidents import orders
    from orchestration.release.outputs import output_of

    with _writing("vigie hold") as home:
        found = output_of(home, output)
        orders.hold(home, found.output, found.datasets, why, clock.today())
    click.echo(f"Held       {found.output}: {', '.join(found.datasets)}. Next: vigie run")


@main.command()
@click.argument("output")
@WHY
def resume(output: str, why: str) -> None:
    """Let an output go out again that was held or retracted by hand: the next release publishes it if the gate does."""
    from orchestration.incidents import orders
    from orchestration.release.outputs import output_of

    with _writing("vigie resume") as home:
        found = output_of(home, output)
        orders.resume(home, found.output, why, clock.today())
    click.echo(f"Resumed    {found.output}. Next: vigie run")


@main.command()
@click.argument("release_id")
@WHY
def rollback(release_id: str, why: str) -> None:
    """Show a past release in the place of the last one, until the next one is made.

    That one follows the release that is shown: what is held keeps its files, and revisions are told from it. The
    releases in between stay at their own addresses; `vigie retract` takes them away.
    """
    from orchestration.release.retraction import roll_back

    with _writing("vigie rollback") as home:
        roll_back(home, release_id, why, clock.today())
    click.echo(f"Shown      {release_id}, until the next release.")


@main.command()
@click.argument("what", metavar="OUTPUT|RELEASE")
@WHY
def retract(what: str, why: str) -> None:
    """Take an output out of every release, or a release off its address; a notice stays in its place.

    An output is held until `resume`. Where the release is the one that is shown, the one before it is shown again.
    """
    from orchestration.release.outputs import output_of
    from orchestration.release.publication import RELEASE_ID
    from orchestration.release.retraction import retract_output, retract_release

    with _writing("vigie retract") as home:
        if RELEASE_ID.fullmatch(what):
            shown = retract_release(home, what, why, clock.today())
            click.echo(f"Retracted  {what}{f'; {shown} is shown' if shown else ''}.")
        else:
            found = output_of(home, what)
            retract_output(home, found.output, found.datasets, why, clock.today())
            click.echo(f"Retracted  {found.output}: {', '.join(found.datasets)} left every release. Next: vigie run")


@main.command()
@click.argument("names", nargs=-1, metavar="[INDICATOR]...")
@click.option(
    "--geo", default="", metavar="PLACE", help="A code or LEVEL:CODE, such as 75, DEP:75 or REG:11.  [default: France]"
)
@click.option("--by", default="", metavar="AXIS", help="Divide: sex, age, geo, stratum, or a scheme such as age10.")
@click.option("--period", default="", metavar="KIND", help="Such as day, week or wave.  [default: as its page]")
@click.option("--last", default=14, show_default=True, type=click.IntRange(1), help="How many periods to show.")
@click.option("--sql", is_flag=True, help="Show the SQL as DuckDB gets it, with the lines of the file that it is from.")
@click.option("--open", "opened", is_flag=True, help="Write its page, as a release would, and open it.")
@click.pass_context
def preview(
    ctx: click.Context, names: tuple[str, ...], geo: str, by: str, period: str, last: int, sql: bool, opened: bool
) -> None:
    """Show what an indicator would publish, from its file as it is now and what is counted; nothing is built.

    Without a name: all that differs from what was built, be it for a macro that was changed, or is declared otherwise
    than it was released. An error says file and line. Exit code 1 when a check fails that would hold it, or while a
    text is still to be written.
    """
    from orchestration.analyst.commands import previewed

    home = Home.from_env()
    asked = {"geo": geo, "by": by, "period": period, "last": last}
    if not previewed(home, names, asked, sql=sql, opened=opened, tell=click.echo):
        ctx.exit(FAILED)


@main.command()
@click.option("--write", is_flag=True, help="Promise what is new and what its declaration says has changed.")
@click.pass_context
def promises(ctx: click.Context, write: bool) -> None:
    """Compare what would be published with what consumers were promised: names, columns, types, codes, meaning.

    What is promised stands in orchestration/release/promised.yml. Exit code 1 when a promise is broken, or when
    something is not written there yet.
    """
    import duckdb

    from orchestration.gate.definitions import definitions_path, read
    from orchestration.gate.fingerprints import Graph, outputs_otherwise
    from orchestration.gate.stamps import read_stamps
    from orchestration.release import read_declarations
    from orchestration.release.promises import PROMISED, compare, promises_of, read_promises, write_promises
    from orchestration.warehouse.project import manifest_path, target

    home = Home.from_env()
    if not home.database.is_file():
        raise VigieError(
            f"There is no warehouse in {home.root}: what is published has types there. Run `make run` first."
        )
    with locked(home.lock, "vigie promises", reads=True), duckdb.connect(str(home.database), read_only=True) as con:
        declarations, today = read_declarations(manifest_path(home)), clock.today()
        graph = Graph(read(definitions_path(target(home))))
        otherwise = [graph.nodes[i].name for i in outputs_otherwise(graph, read_stamps(con, graph.relations))]
        found = compare(read_promises(), promises_of(declarations, con, today), declarations, today)
    for line in found.broken:
        click.echo(f"Broken     {line}")
    if otherwise:
        raise VigieError(
            f"The warehouse has by other rules than those of the project: {', '.join(otherwise)}. What they would "
            "publish is not known before it is built, and nothing is promised: vigie run"
        )
    for line in found.added:
        click.echo(f"{'Promised' if write else 'New':<10} {line}")
    if write:
        write_promises(found.agreed)
    elif found.added:
        click.echo(f"Next: vigie promises --write, and commit {PROMISED.relative_to(PROJECT)}.")
    if found.broken or (found.added and not write):
        ctx.exit(FAILED)
    click.echo("All that is promised holds.")


@main.command()
@click.option(
    "--base", default="main", show_default=True, metavar="REF", help="What the change begins from: where it left this."
)
@click.option(
    "--home",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="The home to compare on, or a copy of it.  [default: $VIGIE_HOME]",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "html", "json"]),
    default="markdown",
    show_default=True,
    help="What is printed; all three are written.",
)
@click.pass_context
def diff(ctx: click.Context, base: str, folder: Path | None, form: str) -> None:
    """Say what the working tree does to every published figure, compared with a commit.

    Both versions are made from the same lake, beginning from a copy of the warehouse: only what differs is built, in
    the folder difference/ of the home, of which nothing else is written. The report says of each dataset how many
    cells are new, gone or changed and the largest changes, of checks which give another answer, what is downstream
    and what a run costs. It is kept as difference/difference.md, .html (with curves) and .json, and the pages of method
    concerned in difference/pages/.

    Exit code 0 when the change may be merged by the policy (variable `difference` of dbt_project.yml), 4 when not.
    """
    from orchestration.difference import difference
    from orchestration.difference.report import rendered, write_reports

    home = Home(folder.resolve()) if folder else Home.from_env()
    # One that is ended cleans up after itself as one that fails does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with progress.shown_on(sys.stderr), progress.step("Difference"):
        found = difference(home, base, lambda step: progress.now(f"Difference: {step}"))
        write_reports(home, found)
    click.echo(rendered(found, form))
    if found["verdict"] == "fail":
        ctx.exit(REFUSED)


@main.command()
@click.option("--release", "release_id", default="", metavar="ID", help="The release.  [default: the last one]")
@click.option(
    "--to",
    "target",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Keep what is made there; it must be empty.",
)
@click.pass_context
def site(ctx: click.Context, release_id: str, target: Path | None) -> None:
    """Make the site of a release again, from its files alone, and compare it with what the release shows.

    Exit code 1 when a file is not the same, byte for byte.
    """
    import tempfile

    from orchestration.release.publication import LATEST, RELEASE_ID
    from orchestration.site import differing_files, write_site

    folder = Home.from_env().releases / (release_id or LATEST)
    if not folder.is_dir() or not (RELEASE_ID.fullmatch(folder.name) or folder.name == LATEST):
        raise VigieError(f"There is no release {release_id or LATEST} in this home. `vigie run` makes one.")
    if target and target.exists() and any(target.iterdir()):
        raise VigieError(f"The folder {target} is not empty: name one that is.")
    with tempfile.TemporaryDirectory() as scratch:
        made = target or Path(scratch)
        made.mkdir(parents=True, exist_ok=True)
        write_site(folder.resolve(), target=made)
        wrong = differing_files(folder.resolve(), made)
        files = sum(path.is_file() for path in made.rglob("*"))
    for name in wrong:
        click.echo(f"Differs    {name}")
    click.echo(f"Site       {files:,} files of the release {folder.resolve().name} made again, {len(wrong)} differ")
    if wrong:
        ctx.exit(FAILED)


@main.command()
@click.option("--port", default=8080, show_default=True, type=click.IntRange(1, 65535))
def serve(port: int) -> None:
    """Show the releases on this machine only (http://127.0.0.1:8080/), until Ctrl-C.

    The observatory loads its data from there; all other pages open from a file as well.
    """
    from orchestration.release import latest_release
    from orchestration.site.serve import serve as show

    home = Home.from_env()
    if latest_release(home.releases) is None:
        raise VigieError("There is no release in this home yet. `vigie run` makes one.")
    click.echo(f"http://127.0.0.1:{port}/")
    show(home.releases, port)


@main.command()
@click.option("--port", default=3000, show_default=True, type=click.IntRange(1, 65535))
def ui(port: int) -> None:
    """Open the Dagster UI on this machine only (127.0.0.1)."""
    from orchestration.execution import prepare_dagster_home
    from orchestration.warehouse.project import manifest_path

    home = Home.from_env()
    home.keep_private()
    prepare_dagster_home(home)
    manifest_path(home)
    os.chdir(PROJECT)
    dagster = str(Path(sys.executable).with_name("dagster"))
    os.execv(dagster, [dagster, "dev", "-m", "orchestration.definitions", "-h", "127.0.0.1", "-p", str(port)])


@contextmanager
def _writing(command: str) -> Iterator[Home]:
    """The home, which this process alone writes in the meantime."""
    home = Home.from_env()
    home.keep_private()
    with locked(home.lock, command):
        yield home


def _execute(
    ctx: click.Context,
    parts: list[str] | None,
    today: dt.datetime | None = None,
    as_of: dt.datetime | None = None,
    rebuild: bool = False,
    again: str = "",
) -> None:
    """Run the job, or parts of it, and show the summary; exit code 1 when it did not succeed, 3 when in part."""
    meter, home, command = Meter(), Home.from_env(), f"vigie {ctx.info_name}"
    debug = bool(ctx.find_root().params["debug"])
    home.keep_private()
    with locked(home.lock, command):
        from orchestration.execution import execute, quiet
        from orchestration.status import refuse_going_back, summary

        config: dict[str, Any] = {"rebuild": rebuild, "again": again}
        if as_of:
            config["as_of"] = as_of.date().isoformat()
        else:
            day = today.date() if today else clock.today()
            refuse_going_back(home, day)
            config["today"] = day.isoformat()
        with quiet(home, debug) as terminal, progress.shown_on(terminal):
            journal = execute(home, command, parts, config, meter, recorded=not as_of)
        click.echo(summary(journal, home), err=journal["state"] != "succeeded")
    if journal["state"] != "succeeded":
        ctx.exit(IN_PART if journal["state"] == "done in part" else FAILED)
    if done_in_part(journal):
        ctx.exit(IN_PART)


def done_in_part(journal: Mapping[str, Any]) -> bool:
    """Whether a run that went to its end refused a file, left something held, or published it as partial."""
    landing, gate, release = (journal.get(part) or {} for part in ("landing", "gate", "release"))
    return bool(landing.get("refused") or gate.get("held") or release.get("held") or release.get("partial"))


if __name__ == "__main__":
    main()
