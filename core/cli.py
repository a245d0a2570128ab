"""The command line: parse, call the app, draw. Heavy imports happen inside commands, so that --help answers at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xeval.faces.boardcommands import compare, leaderboard, show
from xeval.faces.cataloguecommands import languages, models, suites, tasks
from xeval.faces.options import JSON, REGISTRY, STORE, folder, wish_options
from xeval.faces.perturbcommands import perturb
from xeval.faces.plugincommands import plugins
from xeval.faces.storecommands import store

if TYPE_CHECKING:
    from collections.abc import Callable

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


class Commands(click.Group):
    """The commands; click itself would end with 1, our code of a bug, when the reader of the output has gone."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run what was typed."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            from xeval.faces.ending import left_early

            code = left_early(error)
        sys.exit(code)


@click.group(cls=Commands, context_settings=CONTEXT, no_args_is_help=True)
@click.version_option(package_name="xeval-harness", prog_name="xeval")
def cli() -> None:
    """Evaluate zero-shot cross-lingual transfer: intermediate tasks, language orders, input noise.

    Begin with `xeval run --plugins noise,order`: it makes a small multilingual testbed, pretrains an encoder on it, and
    needs no download.
    """


@cli.command()
@wish_options
@click.option("--dry-run", is_flag=True, help="Show the plan and stop.")
@JSON
def run(dry_run: bool, as_json: bool, **wishes: Any) -> None:
    """Run what is not stored yet, and show the leaderboard.

    NAMES and NUMBERS are one or several, parted by commas. The options that take them may be given several times, and
    so may --recipe, --set, --registry and --track.
    """
    from xeval.faces import screens

    sys.exit(screens.plan(wishes) if dry_run else screens.run(wishes, as_json))


@cli.command()
@wish_options
@JSON
def plan(as_json: bool, **wishes: Any) -> None:
    """Show the stages that a run would need.

    It takes the options of `run`, and needs neither data nor weights.
    """
    from xeval.faces import screens

    sys.exit(screens.plan(wishes, as_json))


@cli.command()
@click.argument("name")
@wish_options
@click.option("--dry-run", is_flag=True, help="Show the plan and stop.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as one JSON document and nothing else.")
@click.option("-o", "--output", type=folder(), help="Folder of the report; by default beside the run, in the store.")
def study(name: str, dry_run: bool, as_json: bool, output: Path | None, **wishes: Any) -> None:
    """Answer a research question: run, analyse, report.

    NAME is a study, or `list`, which shows them all. It takes the options of `run`, but for what a study decides
    itself: --recipe, --level, --fewshot, --adapter and --translator.
    """
    from xeval.faces import studypages

    if name == "list":
        sys.exit(studypages.list_studies(wishes))
    sys.exit(studypages.study(name, wishes, studypages.Manner(dry_run, as_json, output)))


@cli.command()
@click.argument("run", required=False, default="")
@click.option("-o", "--output", type=folder(), help="Folder of the report; by default beside the run, in the store.")
@STORE
@REGISTRY
def report(run: str, store: Path, registry: tuple[Path, ...], output: Path | None) -> None:
    """Write the report of a run, as HTML and Markdown.

    It holds a study's findings, or the leaderboard with its charts. RUN is the beginning of the run's name; without it,
    the latest run is reported.
    """
    from xeval.faces import studypages
    from xeval.faces.where import Where

    sys.exit(studypages.report(run, Where(store=store), registry, output))


@cli.command()
@click.argument("task")
@click.option("--predictions", type=folder(), required=True, help="DIR with TASK/test-LANGUAGE files.")
@click.option("--labels", type=folder(), help="DIR with the labels, laid out like the predictions.")
@JSON
@click.option("--lenient", is_flag=True, help="What is missing counts as wrong; what is too much is left out.")
def score(task: str, predictions: Path, labels: Path | None, as_json: bool, lenient: bool) -> None:
    """Score prediction files of any system.

    They lie in XTREME's layout, and are scored as XTREME's own script does.

    No model is run. Without --labels, PREDICTIONS holds evaluations of xeval's own: folders of a store.
    """
    from xeval.faces import scorepage

    sys.exit(scorepage.score(task, predictions, labels, as_json, lenient))


@cli.command()
@click.argument("run", default="")
@click.option(
    "--to", multiple=True, metavar="NAME:WHERE", help="A tracker, e.g. tensorboard:DIR; give several at once."
)
@STORE
def track(run: str, to: tuple[str, ...], store: Path) -> None:
    """Show a run that is over to experiment trackers.

    RUN is the beginning of the name of a run of the store, by default the latest, or a bundle.
    """
    from xeval.faces import trackpages

    sys.exit(trackpages.track(run, to, store))


@cli.command()
@wish_options
@click.option("--dry-run", is_flag=True, help="Show what would be fetched, from where, and stop.")
@JSON
def fetch(dry_run: bool, as_json: bool, **wishes: Any) -> None:
    """Bring every data set and model that a run needs.

    The same run can then go on a machine without network. It takes the options of `run`.
    """
    from xeval.faces import fetchpages

    sys.exit(fetchpages.fetch(wishes, dry_run, as_json))


@cli.command()
@STORE
@click.option("--hub", type=folder(), envvar="XEVAL_HUB", help="Data sets and models as org/name in this folder.")
def doctor(store: Path, hub: Path | None) -> None:
    """Check this installation."""
    from xeval.faces import doctor as surgery

    sys.exit(surgery.examine(store, hub))


for command in (tasks, models, languages, suites, leaderboard, show, compare, store, perturb, plugins):
    cli.add_command(command)


def main() -> None:
    """Run the command line and turn every end into an exit code."""
    from xeval.faces.ending import ended

    sys.exit(ended(_invoke))


def process() -> None:
    """The same as a whole process, which ends here."""
    from xeval.faces import ending

    ending.process(_invoke)


def _invoke() -> int:
    result: Callable[..., int] | int | None = cli.main(prog_name="xeval", standalone_mode=False)
    return result if isinstance(result, int) else 0
