"""What a path says of a frame: where libraries are, and the part of a file's name that builds do not change."""

import re

_INSTALLED = re.compile(
    r"/(?:site-packages|dist-packages|node_modules|bower_components|jspm_packages|__pypackages__|gems"
    r"|vendor|\.cargo/registry|go/pkg/mod|\.m2|\.gem|Pods)/"
    r"|\.(?:egg|whl|jar|gem)/",
    re.IGNORECASE,
)
_STANDARD = re.compile(
    r"/lib(?:64)?/(?:python|pypy)\d(?:\.\d+)?/|/(?:python|pypy)[\d.]*/lib/|/python\d+\.zip/"
    r"|^<frozen |^node:|^internal/|^/?rustc/|/usr(?:/local)?/go/src/|/libexec/src/|/lib/ruby/\d",
    re.IGNORECASE,
)


def slashed(path: str) -> str:
    """The path as Unix writes it."""
    return path.replace("\\", "/") if "\\" in path else path


def is_installed(path: str) -> bool:
    """Whether this is where libraries are installed."""
    return _INSTALLED.search(path) is not None


def is_standard(path: str) -> bool:
    """Whether this came with the language."""
    return _STANDARD.search(path) is not None and not is_installed(path)


def stem(path: str) -> str:
    """
    The file's name, lower-cased, without extension and without what a bundler has put in.

    Names that say nothing (`__init__`, `index`) bear that of their directory, unless it is a version.
    """
    parts = slashed(path.split("?", 1)[0].split("#", 1)[0]).rstrip("/").split("/")
    name = unhashed(parts[-1])
    if name in _SAY_NOTHING and len(parts) > 1:
        around = parts[-2].lower()
        if around and not any(character.isdigit() for character in around):
            return f"{around}/{name}"
    return name


_SAY_NOTHING = frozenset({"__init__", "__main__", "index", "main", "mod", "route", "page"})
_EXTENSION = re.compile(
    r"(?:\.(?:py[cox]?|pyw|[mc]?[jt]sx?|java|kt|go|rb|php|cs|vb|rs|swift|exs?|scala|min|bundle|chunk|esm|umd))+$"
)
_HASH = re.compile(
    r"[-._~]?(?<![a-z0-9])(?=[0-9a-f]*\d)[0-9a-f]{6,64}(?![a-z0-9])"  # 3f2a91bc, as webpack and Django put in
    r"|[-._~]?(?<![a-z0-9])\d+(?![a-z0-9])"  # the number of a chunk
)
_BASE64 = re.compile(
    r"[-.](?=[\w-]*[A-Z0-9_])[\w-]{8}(?=\.[a-z.]+$)"
)  # index-DkX9aB2_.js, as Vite does


def unhashed(name: str) -> str:
    """A file's name without hashes, numbers of chunks and extensions."""
    name = _BASE64.sub("", name[:200]).lower()
    name = _EXTENSION.sub("", name)
    return _HASH.sub("", name).strip(".-~")
