"""Runs notebooks in place and stores them so that a diff shows what changed for a reader.

python tools/notebooks.py chapters/caching.ipynb ...   (or `make notebooks` for all of them)

Run from top to bottom in a kernel of its own. Kept are the sources, the counts 1 to N and the
outputs; left out is what differs from run to run without a change that anyone could see: times,
the state and the identity of widgets, the version of Python, the pieces in which text arrived.
A notebook with a failing cell stays as it was.
"""

import argparse
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

# Names an object in the kernel that ran; the text/html beside it is what a reader sees.
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
CELL_TIMEOUT_S = 600


def executed(path: Path) -> NotebookNode:
    """The notebook after a run in its own directory, where JupyterLab runs it too."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT_S,
        record_timing=False,
        store_widget_state=False,
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    return notebook


def joined_streams(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """Neighbouring pieces of one stream as one: where the kernel cuts text is chance."""
    joined: list[NotebookNode] = []
    for output in outputs:
        last = joined[-1] if joined else None
        if (
            last is not None
            and output.output_type == last.output_type == "stream"
            and output.name == last.name
        ):
            last.text += output.text
        else:
            joined.append(output)
    return joined


def tidy(notebook: NotebookNode) -> None:
    """Take out, in place, whatever the next run would give another value."""
    notebook.metadata.pop("widgets", None)
    language = notebook.metadata.get("language_info", {}).get("name", "python")
    notebook.metadata["language_info"] = {"name": language}
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type != "code":
            continue
        cell.outputs = joined_streams(cell.outputs)
        for output in cell.outputs:
            output.get("data", {}).pop(WIDGET_VIEW, None)


def refresh(path: Path) -> bool:
    """Run and store one notebook; whether its file changed."""
    notebook = executed(path)
    tidy(notebook)
    text = nbformat.writes(notebook) + "\n"
    if text == path.read_text():
        return False
    path.write_text(text)
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description="Run notebooks and store their outputs.")
    parser.add_argument("notebooks", type=Path, nargs="+")
    notebooks = parser.parse_args().notebooks
    failed = 0
    for number, path in enumerate(notebooks, 1):
        print(f"[{number}/{len(notebooks)}] {path}: ", end="", flush=True)
        started = time.monotonic()
        try:
            outcome = "stored" if refresh(path) else "unchanged"
        except CellExecutionError as error:
            failed += 1
            outcome = f"FAILED, the file stays as it was\n{error}\n"
        print(f"{outcome} ({time.monotonic() - started:.0f} s)", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
