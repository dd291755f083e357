"""pyproject.toml, the lock files, environment.yml and the Makefile say the same thing."""

import json
import re
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
GROUPS = PROJECT["dependency-groups"]
WANTED = {
    "requirements.txt": [*PROJECT["project"]["dependencies"], *GROUPS["build"]],
    "requirements-book.txt": [
        *PROJECT["project"]["dependencies"], *GROUPS["build"], *GROUPS["book"],
    ],
    "requirements-test.txt": [
        *PROJECT["project"]["dependencies"], *GROUPS["build"], *GROUPS["book"], *GROUPS["test"],
    ],
}  # fmt: skip
LOCKED = re.compile(r"^([A-Za-z0-9][\w.-]*)==([^\s;]+)(?: ; (.*?))? \\$", re.M)
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def locked(name: str) -> dict[str, set[Version]]:
    """Package name -> locked versions; more than one where they differ by platform."""
    found: dict[str, set[Version]] = {}
    for package, version, _ in LOCKED.findall((ROOT / name).read_text()):
        found.setdefault(canonicalize_name(package), set()).add(Version(version))
    return found


@pytest.mark.parametrize("name", WANTED)
def test_lock_holds_what_the_project_asks_for(name: str) -> None:
    versions = locked(name)
    for text in WANTED[name]:
        wanted = Requirement(text)
        found = versions.get(canonicalize_name(wanted.name), set())
        assert found, f"{name} lacks {text}; run: make lock"
        assert all(version in wanted.specifier for version in found), text


@pytest.mark.parametrize("name", WANTED)
def test_every_line_of_a_lock_is_a_pinned_package_or_a_hash(name: str) -> None:
    lines = [x for x in (ROOT / name).read_text().splitlines() if not x.startswith("#")]
    assert lines
    previous = ""
    for line in lines:
        if HASH.match(line):
            assert previous.endswith("\\")
        else:
            assert LOCKED.match(line), line
            assert not previous.endswith("\\"), f"no hash: {previous}"
        previous = line


def test_smaller_locks_take_the_versions_of_the_largest() -> None:
    largest = locked("requirements-test.txt")
    for name in ("requirements.txt", "requirements-book.txt"):
        for package, versions in locked(name).items():
            assert versions <= largest[package], f"{name}: {package}"


def test_binder_installs_the_lock_on_a_python_that_the_project_takes() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    python, pip, packages = environment["dependencies"]
    assert pip == "pip"
    assert packages == {"pip": ["--requirement requirements.txt"]}
    name, version = python.split("=")
    assert name == "python"
    assert SpecifierSet(PROJECT["project"]["requires-python"]).contains(version)
    assert PROJECT["project"]["requires-python"] == ">=3.11"
    assert "(3, 11)" in (ROOT / "Makefile").read_text()


def test_binder_installs_the_course_itself_and_compiles_its_kernels() -> None:
    post_build = (ROOT / "postBuild").read_text()
    assert "--no-deps --no-build-isolation --editable ." in post_build
    assert "./start python -m scalelab.labs.warm" in post_build
    assert (ROOT / "src/scalelab/labs/warm.py").is_file()
    # The page that opens is there.
    (page,) = set(re.findall(r'"default_url": "/lab/tree/([^"]+)"', post_build))
    assert (ROOT / page).is_file()
    for script in ("postBuild", "start"):
        assert (ROOT / script).stat().st_mode & 0o111, f"{script} cannot be executed"


def test_jupyterlab_is_started_without_its_plugin_for_news_and_updates() -> None:
    settings = json.loads((ROOT / "tools/jupyter/labconfig/page_config.json").read_text())
    assert settings == {
        "disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}
    }
    assert 'JUPYTER_CONFIG_PATH="$(CURDIR)/tools/jupyter$' in (ROOT / "Makefile").read_text()
    assert "cp -r tools/jupyter/labconfig ~/.jupyter/" in (ROOT / "postBuild").read_text()


def test_this_run_has_the_locked_versions() -> None:
    """Otherwise what passes here says nothing about what a reader installs."""
    # setuptools, once imported, adds its own copies of packages at the end of the path: what counts
    # is the first one found, which is the one that an import finds.
    here: dict[str, str] = {}
    for one in distributions():
        here.setdefault(canonicalize_name(one.metadata["Name"]), one.version)
    platform = default_environment()
    wrong = []
    for package, version, marker in LOCKED.findall((ROOT / "requirements-test.txt").read_text()):
        requirement = Requirement(f"{package}=={version}" + (f" ; {marker}" if marker else ""))
        if requirement.marker is None or requirement.marker.evaluate(platform):
            installed = here.get(canonicalize_name(package))
            if installed is None or Version(installed) != Version(version):
                wrong.append(f"{package}: locked {version}, here {installed}")
    assert not wrong, wrong
