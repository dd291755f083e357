"""Makes the students' notebooks from the worked ones: ``python -m scalelab.workbook.generate``.

Each ``solutions/NAME.ipynb`` is an nbgrader original. nbgrader's own converter takes the worked
answers and the outputs out of it, locks the cells with text and checks, and signs every cell, so
that an instructor may put either file into an nbgrader course and grade with it.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

ROOT = Path(__file__).resolve().parents[3]
ORIGINALS = ROOT / "solutions"
COPIES = ROOT / "labs"

CODE_STUB = '# Your code here\nraise NotImplementedError("Replace this line with your answer")'


def course(root: Path, assignment: str) -> Config:
    """nbgrader's settings for a course directory at ``root``."""
    config = Config()
    config.CourseDirectory.root = str(root)
    config.CourseDirectory.assignment_id = assignment
    config.ClearSolutions.code_stub = {"python": CODE_STUB}
    return config


def student_copy(original: Path) -> str:
    """The text of the notebook that a student gets."""
    name = original.stem
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        source = root / "source" / name
        source.mkdir(parents=True)
        shutil.copy(original, source)
        config = course(root, name)
        # What nbgrader calls --no-db: a copy is made, no gradebook is kept.
        config.SaveCells.enabled = False
        config.GenerateAssignment.no_database = True
        GenerateAssignment(coursedir=CourseDirectory(config=config), config=config).start()
        return (root / "release" / name / original.name).read_text()


def main() -> None:
    """Write every student's notebook that differs from what its original gives."""
    originals = sorted(ORIGINALS.glob("*.ipynb"))
    if not originals:
        sys.exit(f"There is no notebook in {ORIGINALS}: is this a checkout of the repository?")
    COPIES.mkdir(exist_ok=True)
    for number, original in enumerate(originals, 1):
        copy = COPIES / original.name
        text = student_copy(original)
        changed = not copy.exists() or copy.read_text() != text
        if changed:
            copy.write_text(text)
        state = "written" if changed else "up to date"
        print(f"[{number}/{len(originals)}] {copy.relative_to(ROOT)}: {state}")


if __name__ == "__main__":
    main()
