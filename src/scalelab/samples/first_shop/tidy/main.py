"""Puts the parts together and serves."""

import os
from functools import partial

from scalelab.samples.first_shop.tidy import pages, settings
from scalelab.samples.first_shop.tidy.settings import Settings
from scalelab.samples.first_shop.tidy.store import Store
from scalelab.samples.first_shop.web import Answer, server


def open_shop(given: Settings) -> Answer:
    store = Store(given.database, given.timeout_s)
    store.migrate()
    return partial(pages.answer, store, given.secret)


if __name__ == "__main__":
    given = settings.read(os.environ)
    server(open_shop(given), given.port, given.workers).serve_forever()
