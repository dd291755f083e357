"""Launch buttons: there for a public repository, absent for anything else."""

import subprocess
from pathlib import Path

import pytest

from scalelab.web.launch import (
    BINDER,
    COLAB,
    Repository,
    own_repository,
    public_repository,
    theme_options,
)


@pytest.mark.parametrize(
    "remote",
    [
        "https://github.com/someone/some.thing",
        "https://github.com/someone/some.thing.git",
        "https://github.com/someone/some.thing/",
        "git@github.com:someone/some.thing.git",
        "ssh://git@github.com/someone/some.thing.git",
    ],
)
def test_every_way_of_writing_a_remote_gives_one_address(remote: str) -> None:
    repository = public_repository(remote, "main")
    assert repository == Repository("github.com", "someone", "some.thing", "main")
    assert repository.address == "https://github.com/someone/some.thing"


@pytest.mark.parametrize(
    "remote",
    [
        "",
        "/srv/someone/thing",
        "../thing",
        "file:///srv/thing.git",
        "https://git.example.org/someone/thing.git",
        "https://github.com.example.org/someone/thing",
        "https://example.org/github.com/someone/thing",
        "http://github.com/someone/thing",
        "https://user:secret@github.com/someone/thing",
        "https://github.com/someone",
        "https://gitlab.com/group/subgroup/thing",
        'https://github.com/someone/"><script>',
    ],
)
def test_any_other_remote_gives_none(remote: str) -> None:
    assert public_repository(remote, "main") is None


def test_no_repository_no_options() -> None:
    assert theme_options(None, "https://hub.example.org") == {}


def test_buttons_of_each_host() -> None:
    github = theme_options(Repository("github.com", "someone", "thing", "trunk"), "")
    assert github["launch_buttons"]["binderhub_url"] == BINDER
    assert github["launch_buttons"]["colab_url"] == COLAB
    assert github["repository_url"] == "https://github.com/someone/thing"
    assert github["repository_branch"] == "trunk"
    assert "jupyterhub_url" not in github["launch_buttons"]

    gitlab = theme_options(
        Repository("gitlab.com", "someone", "thing", "main"), "https://hub.example.org"
    )
    assert "colab_url" not in gitlab["launch_buttons"]
    assert gitlab["launch_buttons"]["jupyterhub_url"] == "https://hub.example.org"


def git(directory: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=Someone", "-c", "user.email=someone@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=directory, check=True, capture_output=True)


def test_git_is_asked(tmp_path: Path) -> None:
    git(tmp_path, "init", "--initial-branch", "trunk")
    assert own_repository(tmp_path) is None
    git(tmp_path, "remote", "add", "origin", "git@gitlab.com:someone/thing.git")
    assert own_repository(tmp_path) == Repository("gitlab.com", "someone", "thing", "trunk")
    git(tmp_path, "commit", "--allow-empty", "-m", "first")
    git(tmp_path, "checkout", "--detach")
    assert own_repository(tmp_path) == Repository("gitlab.com", "someone", "thing", "main")
    git(tmp_path, "remote", "set-url", "origin", str(tmp_path))
    assert own_repository(tmp_path) is None


def test_a_directory_without_git_gives_none(tmp_path: Path) -> None:
    assert own_repository(tmp_path) is None
