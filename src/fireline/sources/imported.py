"""What is done as soon as somebody imports a module, and costs nothing until then."""

import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from fireline.errors import guarded


def once_imported(name: str, act: Callable[[], object]) -> None:
    """Call this as soon as the module is imported: now, where it has been already."""
    if name in sys.modules:
        act()
    else:
        sys.meta_path.insert(0, _Watch(name, act))


class _Watch(MetaPathFinder):
    """Finds nothing itself: the others do, and it hears when the module is there."""

    def __init__(self, name: str, act: Callable[[], object]) -> None:
        self.name = name
        self.act = act

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module's spec, whose loader tells; who only asks for the spec has not imported it."""
        if fullname != self.name:
            return None
        found = (each.find_spec(fullname, path, target) for each in sys.meta_path if each != self)
        spec = next(filter(None, found), None)
        if spec is not None and spec.loader is not None:
            spec.loader = _Telling(spec.loader, self)
        return spec

    def hear(self) -> None:
        """Act, once."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)
            guarded(self.act)


class _Telling(Loader):
    """A loader that tells when it has done its work, and is gone then."""

    def __init__(self, loader: Any, watch: _Watch) -> None:
        self.loader = loader
        self.watch = watch

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """As the loader does."""
        created: ModuleType | None = self.loader.create_module(spec)
        return created

    def exec_module(self, module: ModuleType) -> None:
        """As the loader does; then the module has that one alone."""
        self.loader.exec_module(module)
        module.__loader__ = self.loader
        if module.__spec__ is not None:
            module.__spec__.loader = self.loader
        self.watch.hear()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loader, name)
