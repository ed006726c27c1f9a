"""The read model: one immutable SQLite file per data version, built aside and served by any number of processes."""

from hub.readmodel.build import build
from hub.readmodel.entries import BuildInput, BuildReport, ReadModelError
from hub.readmodel.reader import ReadModel, ReadModels

__all__ = ["BuildInput", "BuildReport", "ReadModel", "ReadModelError", "ReadModels", "build"]
