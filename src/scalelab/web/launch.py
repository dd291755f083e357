"""Launch buttons, only where they lead somewhere.

Binder, Colab and a JupyterHub fetch the notebooks from a public repository. Whether there is one
is for git to say: the remote called origin, if it is at a host that all three know. A copy without
such a remote gets no buttons, and none that lead to somebody else's repository.
"""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

HOSTS = ("github.com", "gitlab.com")
BINDER = "https://mybinder.org"
COLAB = "https://colab.research.google.com"
NAME = r"[A-Za-z0-9_.-]+"
# https://host/owner/name, git@host:owner/name and ssh://git@host/owner/name, with .git or without.
REMOTE = re.compile(
    rf"(?:https://|ssh://git@|git@)(?P<host>{'|'.join(map(re.escape, HOSTS))})[/:]"
    rf"(?P<owner>{NAME})/(?P<name>{NAME}?)(?:\.git)?/?"
)


@dataclass(frozen=True)
class Repository:
    """A repository that anyone can reach, and the branch that notebooks are taken from."""

    host: str
    owner: str
    name: str
    branch: str

    @property
    def address(self) -> str:
        return f"https://{self.host}/{self.owner}/{self.name}"


def public_repository(remote: str, branch: str) -> Repository | None:
    """The repository behind a git remote; None where the remote is at none of `HOSTS`."""
    found = REMOTE.fullmatch(remote.strip())
    return Repository(found["host"], found["owner"], found["name"], branch) if found else None


def own_repository(directory: Path) -> Repository | None:
    """What git says about ``directory``; None without git, a repository or a public remote."""
    remote = _git(directory, "remote", "get-url", "origin")
    # The branch that a visitor gets. A shallow clone may not know it, so its own comes next; a
    # build on a bare commit has neither.
    default = _git(directory, "symbolic-ref", "--short", "refs/remotes/origin/HEAD")
    branch = default.removeprefix("origin/") or _git(directory, "symbolic-ref", "--short", "HEAD")
    return public_repository(remote, branch or "main")


def theme_options(repository: Repository | None, jupyterhub: str) -> dict[str, Any]:
    """The theme's options for the buttons; none without a public repository."""
    if repository is None:
        return {}
    buttons = {"notebook_interface": "jupyterlab", "binderhub_url": BINDER}
    if repository.host == "github.com":  # Colab reads from no other host
        buttons["colab_url"] = COLAB
    if jupyterhub:
        buttons["jupyterhub_url"] = jupyterhub
    return {
        "repository_url": repository.address,
        "repository_branch": repository.branch,
        "path_to_docs": "",
        "use_repository_button": True,
        "launch_buttons": buttons,
    }


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_config_value("scalelab_jupyterhub", "", "html", str)
    app.connect("config-inited", _add_buttons)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _add_buttons(app: Sphinx, config: Config) -> None:
    repository = own_repository(Path(app.confdir))
    config.html_theme_options.update(theme_options(repository, config.scalelab_jupyterhub))


def _git(directory: Path, *arguments: str) -> str:
    """What git answers, or nothing where it knows no answer."""
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=directory, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
