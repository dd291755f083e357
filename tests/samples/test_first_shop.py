"""The first shop: both variants give the same answers, and only one of them can be moved."""

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qsl
from urllib.request import urlopen

import pytest

from scalelab.samples.first_shop import VARIANTS, sources
from scalelab.samples.first_shop import tangled as tangled_package
from scalelab.samples.first_shop import tidy as tidy_package
from scalelab.samples.first_shop.tangled import main as tangled
from scalelab.samples.first_shop.tidy import main as tidy
from scalelab.samples.first_shop.tidy import orders, settings, store
from scalelab.samples.first_shop.web import Answer, server

SECRET = "correct horse battery staple"
ENVIRONMENT = {"SHOP_DATABASE": "shop.db", "SHOP_SECRET": SECRET}
OPENED: dict[str, Callable[[], Answer]] = {
    "tangled": tangled.open_shop,
    "tidy": lambda: tidy.open_shop(settings.read(ENVIRONMENT)),
}


@pytest.fixture(params=VARIANTS)
def shop(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Answer]:
    monkeypatch.chdir(tmp_path)
    return OPENED[request.param]


def test_an_order_takes_from_the_stock_and_has_a_receipt(shop: Callable[[], Answer]) -> None:
    answer = shop()
    assert answer("/", {}) == (200, "cup: 9.00 EUR, 50 left\npot: 24.50 EUR, 20 left")
    status, text = answer("/order", {"product": "cup", "quantity": "3"})
    assert status == 200
    assert answer("/receipt", dict(parse_qsl(text))) == (200, "3 x cup: 27.00 EUR")
    assert answer("/", {})[1].startswith("cup: 9.00 EUR, 47 left")


def test_many_are_cheaper_and_the_report_adds_them_up(shop: Callable[[], Answer]) -> None:
    answer = shop()
    for product, quantity in (("pot", "10"), ("cup", "9"), ("pot", "1")):
        assert answer("/order", {"product": product, "quantity": quantity})[0] == 200
    assert answer("/report", {}) == (200, "cup: 9 sold, 81.00 EUR\npot: 11 sold, 245.00 EUR")


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        ("/order", {"product": "cup", "quantity": "51"}, 409),
        ("/order", {"product": "cup", "quantity": "0"}, 400),
        ("/order", {"product": "cup", "quantity": "-1"}, 400),
        ("/order", {"product": "cup", "quantity": "two"}, 400),
        ("/order", {"product": "cup"}, 400),
        ("/order", {"product": "car", "quantity": "1"}, 404),
        ("/receipt", {"number": "1", "signature": "0" * 16}, 403),
        ("/receipt", {"number": "1", "signature": "ü" * 16}, 403),
        ("/receipt", {}, 403),
        ("/cart", {}, 404),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    shop: Callable[[], Answer], path: str, form: dict[str, str], status: int
) -> None:
    answer = shop()
    before = answer("/", {}), answer("/report", {})
    assert answer(path, form)[0] == status
    assert (answer("/", {}), answer("/report", {})) == before


def test_what_was_sold_is_there_after_a_restart(shop: Callable[[], Answer]) -> None:
    shop()("/order", {"product": "pot", "quantity": "2"})
    assert shop()("/report", {}) == (200, "pot: 2 sold, 49.00 EUR")


def test_no_more_is_sold_than_there_is_if_many_buy_at_once(shop: Callable[[], Answer]) -> None:
    answer = shop()
    with ThreadPoolExecutor(8) as buyers:
        done = list(
            buyers.map(lambda _: answer("/order", {"product": "pot", "quantity": "3"})[0], range(9))
        )
    assert sorted(done) == [200] * 6 + [409] * 3


def test_it_answers_over_http(shop: Callable[[], Answer]) -> None:
    with server(shop(), 0, 2) as serving:
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        try:
            address = f"http://localhost:{serving.server_port}"
            form = b"product=cup&quantity=10"
            with urlopen(f"{address}/order", form, timeout=10) as response:
                receipt = response.read().decode()
            with urlopen(f"{address}/receipt?{receipt}", timeout=10) as response:
                assert response.read() == b"10 x cup: 81.00 EUR"
        finally:
            serving.shutdown()
            thread.join()


def test_a_receipt_is_signed_with_the_secret() -> None:
    assert orders.is_signed("7", orders.signature("7", b"one"), b"one")
    assert not orders.is_signed("7", orders.signature("7", b"another"), b"one")
    assert not orders.is_signed("8", orders.signature("7", b"one"), b"one")


def test_only_the_tidy_one_moves_to_another_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = tidy.open_shop(settings.read({**ENVIRONMENT, "SHOP_DATABASE": "elsewhere.db"}))
    assert answer("/order", {"product": "cup", "quantity": "1"})[0] == 200
    assert [path.name for path in tmp_path.iterdir()] == ["elsewhere.db"]


@pytest.mark.parametrize("missing", ENVIRONMENT)
def test_settings_that_must_be_there_are_named(missing: str) -> None:
    with pytest.raises(ValueError, match=missing):
        settings.read({**ENVIRONMENT, missing: ""})


def test_a_migration_that_fails_leaves_those_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in store.MIGRATIONS.glob("*.sql"):
        (tmp_path / file.name).write_text(file.read_text())
    later = tmp_path / "10_email.sql"
    later.write_text("ALTER TABLE orders ADD email TEXT; INSERT INTO nowhere VALUES (1);")
    monkeypatch.setattr(store, "MIGRATIONS", tmp_path)
    of = store.Store(str(tmp_path / "shop.db"), 5.0)
    for _ in range(2):
        with pytest.raises(sqlite3.OperationalError, match="nowhere"):
            of.migrate()
        assert of.take("cup", 1, 900)
    later.write_text("ALTER TABLE orders ADD email TEXT;")
    of.migrate()
    of.migrate()
    assert len(of.order("1")) == 5


@pytest.mark.parametrize(
    ("written", "in_tangled", "in_tidy"),
    [("import sqlite3", 4, 1), ("shop.db", 4, 0), ("correct horse", 2, 0)],
)
def test_what_stands_in_how_many_modules(written: str, in_tangled: int, in_tidy: int) -> None:
    assert sum(written in text for text in sources("tangled").values()) == in_tangled
    assert sum(written in text for text in sources("tidy").values()) == in_tidy


def test_all_modules_are_among_the_sources_and_they_are_short() -> None:
    for package in (tangled_package, tidy_package):
        code = sources(package.__name__.rpartition(".")[2])
        assert set(code) | {"__init__"} == {
            path.stem for path in Path(str(package.__file__)).parent.glob("*.py")
        }
        assert all(len(text.splitlines()) <= 70 for text in code.values())
