"""Evidence: what a diagnosis saw of AWS, recorded, replayed, and answered from."""

from diagnostics.evidence.file import dump, load
from diagnostics.evidence.place import LogEvent, LogGroup, Place, Recorded, Series
from diagnostics.evidence.reader import WorldReader
from diagnostics.evidence.recorder import Recorder
from diagnostics.evidence.world import RecordedRun, World

__all__ = [
    "LogEvent",
    "LogGroup",
    "Place",
    "Recorded",
    "RecordedRun",
    "Recorder",
    "Series",
    "World",
    "WorldReader",
    "dump",
    "load",
]
