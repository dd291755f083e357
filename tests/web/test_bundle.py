"""The front end's modules keep to what `scalelab.web.bundle` needs for joining them."""

import re
from collections import Counter

import pytest

from scalelab.web.bundle import ENTRIES, FRONT_END, imports, joined, ordered

MODULES = sorted(path.name for path in FRONT_END.glob("*.js") if path.name != "worker.js")
TOP_LEVEL = re.compile(r"^(?:export )?(?:async )?(?:function\*? |class |const |let )(\w+)", re.M)


@pytest.mark.parametrize("entry", sorted(ENTRIES))
def test_top_level_names_are_unique(entry: str) -> None:
    names = Counter(TOP_LEVEL.findall(joined(entry)))
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("entry", sorted(ENTRIES))
def test_nothing_of_the_module_syntax_is_left(entry: str) -> None:
    assert re.findall(r"^(?:import|export)\b.*", joined(entry), re.M) == []


def test_every_module_is_part_of_an_entry() -> None:
    assert {name for entry in ENTRIES for name in ordered(entry)} >= set(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_imported_names_are_exported_and_used(module: str) -> None:
    source = (FRONT_END / module).read_text()
    for names, address in re.findall(r'^import \{ ([^}]*) \} from "\./([^"]+)";', source, re.M):
        exporter = (FRONT_END / address).read_text()
        for name in names.split(", "):
            assert re.search(
                rf"^export (?:async )?(?:function|class|const|let) {name}\b", exporter, re.M
            )
            assert len(re.findall(rf"\b{name}\b", source)) > 1, f"{module} does not use {name}"
    assert imports(source) == sorted(set(imports(source)), key=imports(source).index)
