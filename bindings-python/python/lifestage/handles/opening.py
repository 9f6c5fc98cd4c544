"""How an engine opens the handles that have verbs of their own."""

from abc import ABC, abstractmethod
from typing import Any, TypeVar, overload

from lifestage._native import ArrowStream
from lifestage.frames import Kind
from lifestage.handle import Handle, other_kind
from lifestage.handles.adjustments import Adjustments
from lifestage.handles.organisation import Organisation
from lifestage.handles.registry import Registry

Opened = TypeVar("Opened", bound=Handle)


class HandleOpeners(ABC):
    """The handles that have verbs of their own, a method each."""

    __slots__ = ()

    @abstractmethod
    def open_handle(self, name: str, params: dict[str, Any] | str | bytes | None = None, **more: Any) -> Handle:
        """Opens a handle by name."""

    @abstractmethod
    def restore_handle(self, state: str | bytes) -> Handle:
        """Opens a handle with a state."""

    def registry(self, state: str | bytes | None = None) -> Registry:
        """Opens a registry, which places new users.

        Args:
            state: What `Registry.serialise` gave; empty unless given.

        Raises:
            RequestError: The text is not a state of a registry under this policy and version.
        """
        return self._opened(Registry, "registry", state)

    @overload
    def organisation(self, state: str | bytes | None = None) -> Organisation[ArrowStream]: ...
    @overload
    def organisation(self, state: str | bytes | None = None, *, frames: type[Kind]) -> Organisation[Kind]: ...
    def organisation(self, state: str | bytes | None = None, *, frames: type[Any] = ArrowStream) -> Organisation[Any]:
        """Opens an organisation, which knows who may do what and who sees what.

        Args:
            state: What `Organisation.serialise` gave; empty unless given.
            frames: The class of the frames that it answers with where it is asked without one, such as
                `polars.DataFrame`; streams of Arrow, which every library of frames reads, unless given.

        Raises:
            RequestError: The text is not a state of an organisation under this policy and version.
            TypeError: `frames` is no class of frames that is known.
        """
        return self._opened(Organisation, "organisation", state)._answers_with(frames)

    @overload
    def adjustments(
        self, organisation: Organisation[Any] | str | None = None, *, state: str | bytes | None = None
    ) -> Adjustments[ArrowStream]: ...
    @overload
    def adjustments(
        self,
        organisation: Organisation[Any] | str | None = None,
        *,
        state: str | bytes | None = None,
        frames: type[Kind],
    ) -> Adjustments[Kind]: ...
    def adjustments(
        self,
        organisation: Organisation[Any] | str | None = None,
        *,
        state: str | bytes | None = None,
        frames: type[Any] = ArrowStream,
    ) -> Adjustments[Any]:
        """Opens the monthly cycle, which takes new customers from placing to their communities and keeps the log.

        Args:
            organisation: By which it is judged who may do what; or what `Organisation.serialise` gave.
            state: Instead of it, what `Adjustments.serialise` gave: the organisation is part of that.
            frames: As `organisation` takes it.

        Raises:
            RequestError: A text is not such a state under this policy and version.
            TypeError: Neither or both of organisation and state are given, or `frames` is no class of frames.
        """
        if (organisation is None) == (state is None):
            raise TypeError("adjustments are opened with an organisation, or with a state of theirs")
        text = organisation.serialise() if isinstance(organisation, Organisation) else organisation
        return self._opened(Adjustments, "adjustments", state, organisation=text)._answers_with(frames)

    def _opened(self, kind: type[Opened], name: str, state: str | bytes | None, **params: Any) -> Opened:
        """A handle of this kind, anew or with a state.

        Raises:
            RequestError: The state is one of another kind, policy or version.
        """
        handle = self.open_handle(name, params) if state is None else self.restore_handle(state)
        if not isinstance(handle, kind):
            raise other_kind(handle.name, name)
        return handle
