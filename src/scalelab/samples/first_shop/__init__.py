"""A shop in its first week, written twice: `tangled` and `tidy` give the same answers.

It sells, keeps stock, signs receipts and reports its sales, with sqlite3 and the standard library
alone. In `tangled` the database's path, the secret and the number of workers stand in the code, and
every module has SQL of its own. In `tidy` they are read from the environment, SQL is in one module,
the rules of the business are in another, and the schema changes by numbered files. Either runs:

    python -m scalelab.samples.first_shop.tangled.main
    SHOP_DATABASE=my.db SHOP_SECRET=... python -m scalelab.samples.first_shop.tidy.main
"""

from pathlib import Path

VARIANTS = ("tangled", "tidy")


def sources(variant: str) -> dict[str, str]:
    """The code of a variant, by the names of its modules."""
    files = sorted((Path(__file__).parent / variant).glob("*.py"))
    return {file.stem: file.read_text() for file in files if file.stem != "__init__"}
