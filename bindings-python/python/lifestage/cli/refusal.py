"""How a command says that it cannot go on."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer

from lifestage import LifestageError
from lifestage.cycle import ForeignFileError, NoDayError
from lifestage.dividing import NobodyActsError
from lifestage.texts import Texts


def refuse(message: str) -> NoReturn:
    """Says why on the error stream, and ends with the status of a wrong input.

    Raises:
        typer.Exit: Always.
    """
    typer.echo(message, err=True)
    raise typer.Exit(1)


@contextmanager
def refusals(say: Texts) -> Iterator[None]:
    """Says what is wrong with the input instead of failing with it."""
    try:
        yield
    except LifestageError as error:
        refuse(error.message(say.language))
    except NoDayError:
        refuse(say("run.no_day"))
    except NobodyActsError as error:
        refuse(say("adjust.nobody_acts", needed=error.needed))
    except ForeignFileError as error:
        refuse(say("run.in_the_way", file=error.path))
