"""What a frame of each language is called."""

import pytest

from fireline.tracker.grouping.languages import place_of
from fireline.tracker.grouping.languages.javascript import plain
from fireline.tracker.grouping.paths import is_installed, is_standard, stem
from fireline.tracker.grouping.places import Role

PYTHON = [
    ("shop.views", "/srv/shop/views.py", "show", "shop.views in show"),
    ("shop.views", "", "Cart.pay.<locals>.done", "shop.views in done"),
    ("__main__", "/srv/app/1.2/Worker.py", "<module>", "worker in <module>"),
    ("", "C:\\app\\Worker.py", "main", "worker in main"),
    ("", "templates/cart.html", "<django template>", "cart.html in <django template>"),
    ("", "<string>", "made", "made"),
]
OTHERS = [
    ("java", "com.shop.Cart", "Cart.java", "lambda$pay$3", "com.shop.Cart in pay"),
    ("java", "com.shop.Cart$$EnhancerBySpringCGLIB$$1a2b3c", "", "pay", "com.shop.Cart in pay"),
    ("java", "com.sun.proxy.$Proxy112", "", "pay", "com.sun.proxy in pay"),
    ("csharp", "Shop.Orders+<PayAsync>d__12", "", "MoveNext", "Shop.Orders+PayAsync in MoveNext"),
    ("csharp", "Shop.Orders", "", "<PayAsync>b__0_1", "Shop.Orders in PayAsync"),
    ("go", "main", "main.go", "(*Server).handle.func1.2", "main in (*Server).handle"),
    ("ruby", "", "app/models/order.rb", "block (2 levels) in pay", "order in pay"),
    ("ruby", "", "app/models/order.rb", "rescue in pay", "order in pay"),
    ("ruby", "", "", "_app_views_cart_html_erb__1234567_89", "_app_views_cart_html_erb"),
    ("php", "", "/srv/src/Cart.php", "App\\Cart::pay", "cart in App\\Cart::pay"),
    ("php", "", "/srv/src/Cart.php", "{closure}", "cart"),
    ("native", "shop", "", "shop::pay::h0123456789abcdef", "shop in shop::pay"),
    ("", "", "a.py", "show", "a in show"),
]


@pytest.mark.parametrize(("module", "path", "function", "name"), PYTHON)
def test_python(module: str, path: str, function: str, name: str) -> None:
    """Modules and functions, without what a deployment or an interpreter puts in."""
    assert place_of("python", module, path, function, False).name == name


@pytest.mark.parametrize(("platform", "module", "path", "function", "name"), OTHERS)
def test_other_languages(platform: str, module: str, path: str, function: str, name: str) -> None:
    """Names as somebody has written them, without what a compiler counts."""
    assert place_of(platform, module, path, function, False).name == name


@pytest.mark.parametrize(
    ("function", "name"),
    [
        ("Foo.bar", "bar"), ("Object.pay [as onclick]", "pay"), ("async Cart.pay", "pay"), ("async*pay", "pay"),
        ("setTimeout handler*start", "start"), ("new Order", "Order"), ("get total", "total"), ("#total", "total"),
        ("Cart.#total", "total"), ("start/<", ""), ("start/</<", ""), ("outer/this.pay", "pay"), ("Object.<anonymous>", ""),
        ("Object.?", "?"), ("Module._extensions..js", "js"), ("", ""), ("a" * 300, "a" * 300),
    ],
)  # fmt: skip
def test_functions_of_engines(function: str, name: str) -> None:
    """One function has one name in all engines."""
    assert plain(function) == name


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("https://shop.example/static/app.3f2a91bc.js?v=7#a", "app"), ("/srv/assets/index-DkX9aB2_.js", "assets/index"),
        ("cart-overview.js", "cart-overview"), ("vendors~main.0badc0de.chunk.js", "vendors~main"), ("chunks/123.js", ""),
        ("jquery.min.js", "jquery"), ("a/__init__.py", "a/__init__"), ("a/1.2/__init__.py", "__init__"), ("Cart.TSX", "cart"),
        ("styles.55e7cbb9ba48.js", "styles"), ("", ""), ("/", ""), ("facade.js", "facade"),
    ],
)  # fmt: skip
def test_files_without_hashes(path: str, name: str) -> None:
    """A file has one name in all builds."""
    assert stem(path) == name


@pytest.mark.parametrize(
    "path",
    [
        "/opt/venv/lib/python3.13/site-packages/django/http.py", "/usr/lib/python3/dist-packages/a.py",
        "/srv/node_modules/express/index.js", "/srv/vendor/bundle/a.rb", "/opt/shop/go/pkg/mod/x/a.go", "/srv/a.egg/b.py",
        "webpack:///./node_modules/react/index.js", "C:/app/venv/Lib/site-packages/a.py",
    ],
)  # fmt: skip
def test_libraries_by_path(path: str) -> None:
    """Where libraries are installed."""
    assert is_installed(path)


@pytest.mark.parametrize(
    "path",
    [
        "/usr/lib/python3.13/json/decoder.py", "/opt/conda/lib/python3.11/a.py", "C:/Python311/Lib/json/decoder.py",
        "<frozen runpy>", "node:internal/modules/cjs/loader", "/usr/local/lib/python313.zip/a.py", "/usr/local/go/src/net/a.go",
    ],
)  # fmt: skip
def test_standard_libraries_by_path(path: str) -> None:
    """What came with the language."""
    assert is_standard(path)


@pytest.mark.parametrize(
    ("function", "role"),
    [
        ("<listcomp>", Role.INLINED), ("<genexpr>", Role.INLINED), ("<dictcomp>", Role.INLINED), ("<setcomp>", Role.INLINED),
        ("<lambda>", Role.UNNAMED), ("", Role.UNNAMED), ("show", Role.CODE), ("<module>", Role.CODE),
    ],
)  # fmt: skip
def test_synthetic_frames_of_python(function: str, role: Role) -> None:
    """What only some interpreters have, or what has no name."""
    assert place_of("python", "shop.views", "/srv/shop/views.py", function, False).role is role


def test_importing_is_no_place() -> None:
    """The machinery of imports never counts."""
    place = place_of(
        "python", "importlib._bootstrap", "<frozen importlib._bootstrap>", "_load", False
    )

    assert place.role is Role.PLUMBING
