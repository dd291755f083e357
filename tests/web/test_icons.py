"""The theme's icon script keeps what is shown and loses the rest."""

from scalelab.web.icons import with_only

SCRIPT = (
    'var s={"arrow-up":[384,512,[8593],"f062","M1 1"],bars:[448,512,["navicon"],"f0c9","M2 2"],'
    'moon:[512,512,[],"f186",["M3 3","M4 4"]],42:[1,2,[],"e0","M5 5"]};go(s)'
)


def test_only_what_is_named_stays() -> None:
    assert with_only(SCRIPT, {"arrow-up", "moon"}) == (
        'var s={"arrow-up":[384,512,[8593],"f062","M1 1"],'
        'moon:[512,512,[],"f186",["M3 3","M4 4"]],};go(s)'
    )


def test_an_alias_counts_as_a_name() -> None:
    assert with_only(SCRIPT, {"navicon"}) == (
        'var s={bars:[448,512,["navicon"],"f0c9","M2 2"],};go(s)'
    )


def test_all_may_go() -> None:
    assert with_only(SCRIPT, set()) == "var s={};go(s)"
