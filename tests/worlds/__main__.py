"""Write the bundled incidents: `python -m tests.worlds`."""

from pathlib import Path

from diagnostics.evidence import dump
from tests.worlds.stories import STORIES

FOLDER = Path(__file__).parents[2] / "diagnostics" / "incidents"

if __name__ == "__main__":
    for name, story in STORIES.items():
        (FOLDER / f"{name}.json").write_text(dump(story()), encoding="utf-8")
