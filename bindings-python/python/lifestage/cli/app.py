"""The command line put together: which language, which commands."""

from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer

from lifestage._native import __version__
from lifestage.cli import adjust, classify, divide, explain, generate, org, policy, run
from lifestage.texts import LANGUAGES, Language, Texts

COMMANDS = (generate, divide, adjust, org, run, explain, classify, policy)
"""Each command's module; its `add` adds it."""


def build(language: Language) -> typer.Typer:
    """The command line in one language."""
    say = Texts(language)
    app = typer.Typer(name="lifestage", help=say("cli.about"), no_args_is_help=True, add_completion=False)

    def show_version(wanted: bool) -> None:
        if wanted:
            typer.echo(__version__)
            raise typer.Exit

    @app.callback()
    def options(
        lang: Annotated[str, typer.Option(metavar="LANG", help=say("cli.language"))] = language,
        version: Annotated[
            bool, typer.Option("--version", callback=show_version, is_eager=True, help=say("cli.version"))
        ] = False,
    ) -> None:
        del lang, version

    for command in COMMANDS:
        command.add(app, say)
    _name_language(app, say)
    return app


def _name_language(app: typer.Typer, say: Texts) -> None:
    """Names `--lang` in the help of every command, for `take_language` finds it wherever it stands."""
    for command in app.registered_commands:
        command.epilog = say("cli.language_anywhere")
    for group in app.registered_groups:
        group.epilog = say("cli.language_anywhere")
        if group.typer_instance:
            _name_language(group.typer_instance, say)


def take_language(arguments: Sequence[str]) -> tuple[Language, list[str]]:
    """The language asked for, wherever it stands on the line, and the line without it.

    >>> take_language(["generate", "out", "--lang", "zh"])
    ('zh', ['generate', 'out'])

    Raises:
        ValueError: There is no such language; the error has what was found.
    """
    language: Language = LANGUAGES[0]
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            return language, [*rest, word, *words]
        name, equals, value = word.partition("=")
        if name != "--lang":
            rest.append(word)
            continue
        found = value if equals else next(words, "")
        known = [known for known in LANGUAGES if known == found]
        if not known:
            raise ValueError(found)
        language = known[0]
    return language, rest


def run_line(arguments: Sequence[str]) -> NoReturn:
    """Runs the command line and exits: 0 done, 1 something is wrong with the input, 2 with the line itself."""
    try:
        language, rest = take_language(arguments)
    except ValueError as error:
        typer.echo(Texts("en")("cli.unknown_language", found=str(error) or "-"), err=True)
        raise SystemExit(2) from None
    build(language)(args=rest, prog_name="lifestage")
    raise SystemExit
