"""The command line: parse, call the app, draw. Heavy imports happen inside commands, so that --help answers at once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xeval.faces.options import about_tasks, folder, wish_options
from xeval.faces.perturbcommands import perturb

if TYPE_CHECKING:
    from collections.abc import Callable

RECIPE_VIEWS = ("order", "intermediate", "scale")
VIEWS = ("task", "language", "family", "script", "resource", "level", *RECIPE_VIEWS, "benchmark")
FACES = ("table", "markdown", "github", "csv", "json", "jsonl", "latex", "html")
STORE = click.option("--store", type=folder(), default=Path(".xeval"), envvar="XEVAL_STORE", show_default=True)
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


@click.group(context_settings=CONTEXT, no_args_is_help=True)
@click.version_option(package_name="xeval-harness", prog_name="xeval")
def cli() -> None:
    """Evaluate zero-shot cross-lingual transfer: intermediate tasks, language orders, input noise.

    Begin with `xeval run --plugins noise,order`: it makes a small multilingual testbed, pretrains an encoder on it, and
    needs no download.
    """


@cli.command()
@wish_options
@click.option("--dry-run", is_flag=True, help="Show the plan and stop.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
def run(dry_run: bool, as_json: bool, **wishes: Any) -> None:
    """Run what is not stored yet, and show the leaderboard."""
    from xeval.faces import screens

    sys.exit(screens.plan(wishes) if dry_run else screens.run(wishes, as_json))


@cli.command()
@wish_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
def plan(as_json: bool, **wishes: Any) -> None:
    """Show the stages that a run would need."""
    from xeval.faces import screens

    sys.exit(screens.plan(wishes, as_json))


@cli.command()
@click.argument("runs", nargs=-1)
@click.option("--by", type=click.Choice(VIEWS), default="task", show_default=True)
@click.option("--published", is_flag=True, help="With --by benchmark: published scores below, without a rank.")
@click.option("--rank", "ranking", type=click.Choice(["mean", "borda"]), default="mean", show_default=True)
@click.option("--sort", default="", metavar="COLUMN", help="The greatest first; COLUMN:up for the least first.")
@click.option("--filter", default="", metavar="EXPR", help="Cells to look at, as in: model=small,language=sw|th")
@click.option("--top", type=click.IntRange(1), help="The first N systems of each table.")
@click.option("--format", "face", type=click.Choice(FACES), default="table", show_default=True)
@click.option(
    *("-o", "--output"), type=click.Path(dir_okay=False, path_type=Path), help="Write to a file instead of the screen."
)
@click.option("--rescore", is_flag=True, help="Make scores again from the stored predictions and the data at hand.")
@click.option("--hub", type=folder(), envvar="XEVAL_HUB", help="With --rescore: the data, as org/name in this folder.")
@STORE
@click.option("--registry", "files", multiple=True, type=click.Path(path_type=Path), help="A registry of your own.")
def leaderboard(
    runs: tuple[str, ...], store: Path, files: tuple[Path, ...], hub: Path | None, rescore: bool, **look: Any
) -> None:
    """Show the leaderboard of a run, or of several as one.

    RUNS are bundles, or beginnings of names; without any, the latest run is shown.
    """
    from xeval.faces import boardscreen
    from xeval.faces.submissionpages import Kept

    sys.exit(boardscreen.leaderboard(boardscreen.Look(**look), Kept(runs, store, files, hub, rescore)))


@cli.command()
@click.argument("names", nargs=-1, required=True, metavar="[RUN] TASK/LANGUAGE")
@click.option("--noise", default="", metavar="NAME@LEVEL", help="Show the perturbed texts beside the clean ones.")
@click.option("--wrong", is_flag=True, help="Only what went wrong; under --noise, what it turned wrong comes first.")
@click.option("-n", "count", type=click.IntRange(1), default=10, show_default=True, help="How many examples.")
@click.option("--filter", default="", metavar="EXPR", help="Whose: model=small,recipe=none,seed=0")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@click.option("--offline", is_flag=True, envvar="XEVAL_OFFLINE", help="Use no network.")
@about_tasks
@STORE
def show(names: tuple[str, ...], store: Path, **options: Any) -> None:
    """Show the examples behind a score: texts, what was right, what was said.

    RUN is the beginning of a run's name; without it, the latest run is meant.
    """
    from xeval.faces import examplepage

    sys.exit(examplepage.show_named(names, store, options))


@cli.command()
@click.argument("base")
@click.argument("head")
@click.option(
    "--fail-on", metavar="GATE", help="regression, or limits in points: avg:-0.5,language:-2.0,p<0.05. Exit code 4."
)
@click.option("--format", "face", type=click.Choice(["table", "markdown", "json"]), default="table", show_default=True)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file.")
@click.option("--all", "all_cells", is_flag=True, help="Every single cell, not only those that surely changed.")
@click.option("--different-data", is_flag=True, help="Gate even where the data differ, on the examples that both have.")
@STORE
def compare(base: str, head: str, fail_on: str | None, store: Path, **look: Any) -> None:
    """Compare two runs example by example; BASE and HEAD are runs of the store or bundles."""
    from xeval.boards.gates import Gate
    from xeval.faces import comparepage

    gate = Gate.parse(fail_on) if fail_on is not None else None
    sys.exit(comparepage.compare_runs(base, head, comparepage.Look(gate, **look), store))


@cli.group()
def store() -> None:
    """What is kept: runs as files, checks."""


@store.command("export")
@click.argument("run", default="")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file, ending in .xeval.")
@click.option("--weights", is_flag=True, help="With the weights of every training.")
@STORE
def store_export(run: str, output: Path | None, weights: bool, store: Path) -> None:
    """Pack a run into one file with checksums: a bundle. Without RUN, the latest."""
    from xeval.faces import bundlepages

    sys.exit(bundlepages.export_run(run, output, weights, store))


@store.command("import")
@click.argument("bundles", nargs=-1, required=True, type=click.Path(path_type=Path))
@STORE
def store_import(bundles: tuple[Path, ...], store: Path) -> None:
    """Check bundles and put them into the store."""
    from xeval.faces import bundlepages

    sys.exit(bundlepages.import_runs(bundles, store))


@store.command("list")
@STORE
def store_list(store: Path) -> None:
    """List the runs of the store."""
    from xeval.faces import bundlepages

    sys.exit(bundlepages.list_runs(store))


@store.command("verify")
@STORE
def store_verify(store: Path) -> None:
    """Check every artifact of the store against its checksums."""
    from xeval.faces import bundlepages

    sys.exit(bundlepages.verify_store(store))


@cli.command()
@click.argument("name")
@wish_options
@click.option("--dry-run", is_flag=True, help="Show the plan and stop.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as one JSON document and nothing else.")
@click.option("--output", type=folder(), help="Folder of the report; by default beside the run, in the store.")
def study(name: str, dry_run: bool, as_json: bool, output: Path | None, **wishes: Any) -> None:
    """Answer a research question: run what its design needs, analyse, and write a report.

    NAME is a study, or `list`, which shows them all.
    """
    from xeval.faces import studypages

    if name == "list":
        sys.exit(studypages.list_studies(wishes))
    sys.exit(studypages.study(name, wishes, studypages.Manner(dry_run, as_json, output)))


@cli.command()
@click.argument("run", required=False, default="")
@click.option("--output", type=folder(), help="Folder of the report; by default beside the run, in the store.")
@click.option("--store", type=folder(), default=Path(".xeval"), envvar="XEVAL_STORE", show_default=True)
@click.option("--registry", multiple=True, type=click.Path(path_type=Path), help="A registry file of your own.")
def report(run: str, store: Path, registry: tuple[Path, ...], output: Path | None) -> None:
    """Write the report of a study that has run, as HTML and Markdown.

    RUN is the beginning of its name; without it, the latest run is reported.
    """
    from xeval.faces import studypages
    from xeval.faces.preparing import Where

    sys.exit(studypages.report(run, Where(store=store), registry, output))


@cli.command()
@click.argument("task")
@click.option("--predictions", type=folder(), required=True, help="DIR with TASK/test-LANGUAGE files.")
@click.option("--labels", type=folder(), help="DIR with the labels, laid out like the predictions.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
@click.option("--lenient", is_flag=True, help="What is missing counts as wrong; what is too much is left out.")
def score(task: str, predictions: Path, labels: Path | None, as_json: bool, lenient: bool) -> None:
    """Score prediction files of any system.

    They lie in XTREME's layout, and are scored as XTREME's own script does.

    No model is run. Without --labels, PREDICTIONS holds evaluations of xeval's own: folders of a store.
    """
    from xeval.faces import scorepage

    sys.exit(scorepage.score(task, predictions, labels, as_json, lenient))


@cli.group()
def plugins() -> None:
    """What is installed: perturbations, orders, tasks."""


@plugins.command("list")
@click.option("--json", "as_json", is_flag=True)
def plugins_list(as_json: bool) -> None:
    """List the installed plugins; no third-party code is imported."""
    from xeval.faces.pluginpages import list_plugins

    sys.exit(list_plugins(as_json))


@plugins.command("info")
@click.argument("name")
def plugins_info(name: str) -> None:
    """What one plugin offers; imports it, since you ask for it by name."""
    from xeval.faces.pluginpages import show_plugin

    sys.exit(show_plugin(name))


@plugins.command("new")
@click.argument("kind", type=click.Choice(["perturbation", "target-task", "intermediate-task", "language-order"]))
@click.argument("name")
@click.option("--output", type=folder(), default=Path(), help="Where the package is written; by default here.")
def plugins_new(kind: str, name: str, output: Path) -> None:
    """Write a package with a plugin that installs, passes its tests and runs: xeval-NAME."""
    from xeval.faces.newpage import new_plugin

    sys.exit(new_plugin(kind, name, output))


@plugins.command("check")
@click.argument("name")
@click.option("--hub", type=folder(), envvar="XEVAL_HUB", help="Where the data of its tasks are, as org/name.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
def plugins_check(name: str, hub: Path | None, as_json: bool) -> None:
    """Check that a plugin keeps the promises of its kind; exit code 4 if there is anything to fix.

    NAME is an installed plugin, or the folder of a package that need not be installed.
    """
    from xeval.faces.checkpage import check_plugin

    sys.exit(check_plugin(name, hub, as_json))


@cli.command()
@wish_options
@click.option("--dry-run", is_flag=True, help="Show what would be fetched, from where, and stop.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
def fetch(dry_run: bool, as_json: bool, **wishes: Any) -> None:
    """Bring every data set and model that a run needs, so that it can go on a machine without network."""
    from xeval.faces import fetchpages

    sys.exit(fetchpages.fetch(wishes, dry_run, as_json))


@cli.group()
def tasks() -> None:
    """Intermediate and target tasks."""


@tasks.command("list")
@about_tasks
def tasks_list(plugins: tuple[str, ...], registry: tuple[Path, ...], hub: Path | None) -> None:
    """List the tasks: format, metric, languages, source, whether their data are at hand, what they are trained on."""
    from xeval.faces import taskpages

    sys.exit(taskpages.list_tasks(plugins, registry, hub))


@tasks.command("info")
@click.argument("name")
@about_tasks
def tasks_info(name: str, plugins: tuple[str, ...], registry: tuple[Path, ...], hub: Path | None) -> None:
    """Source, licence, citation, sizes, labels, languages, settings and traps of a task."""
    from xeval.faces import taskpages

    sys.exit(taskpages.show_task(name, plugins, registry, hub))


def _catalogue_list(name: str, about: str) -> None:
    """A group `name` with one command, `list`, which shows that part of the registry."""

    @cli.group(name, help=about)
    def group() -> None: ...

    @group.command("list", help=f"List the {name} of the registry.")
    @click.option("--registry", multiple=True, type=click.Path(path_type=Path), help="A registry file of your own.")
    def show(registry: tuple[Path, ...]) -> None:
        from xeval.faces import pages

        sys.exit(getattr(pages, name)(registry))


_catalogue_list("models", "Encoders that the registry knows.")
_catalogue_list("languages", "Languages that the registry knows.")
_catalogue_list("suites", "Named choices of tasks, languages, models and settings.")


@cli.command()
@click.option("--store", type=click.Path(file_okay=False, path_type=Path), default=Path(".xeval"), envvar="XEVAL_STORE")
@click.option("--hub", type=click.Path(file_okay=False, path_type=Path), envvar="XEVAL_HUB")
def doctor(store: Path, hub: Path | None) -> None:
    """Check this installation."""
    from xeval.faces import doctor as surgery

    sys.exit(surgery.examine(store, hub))


cli.add_command(perturb)


def main() -> None:
    """Run the command line and turn every end into an exit code."""
    from xeval.faces.ending import ended

    sys.exit(ended(_invoke))


def _invoke() -> int:
    result: Callable[..., int] | int | None = cli.main(standalone_mode=False)
    return result if isinstance(result, int) else 0
