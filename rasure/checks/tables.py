"""Tables a case names instead of writing its columns out: CSV files beside the case file."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from rasure.checks.reading import BadInput


def with_table(op: str, inputs: object, folder: Path | None) -> object:
    """Give the inputs with the columns of their `data_file` filled in, unchanged where they name none.

    `columns` says which column of the file plays which role. The roles go under `data` for operations of
    the trial's evaluation, straight into the inputs for all others.
    """
    if not isinstance(inputs, Mapping) or "data_file" not in inputs:
        return inputs
    roles = inputs.get("columns")
    if not isinstance(roles, Mapping) or not roles:
        raise BadInput("bad_columns")
    columns = _columns(_path(inputs["data_file"], folder), roles)
    rest = {name: value for name, value in inputs.items() if name not in ("data_file", "columns")}
    return rest | ({"data": columns} if op.startswith("eval.") else columns)


def _path(name: object, folder: Path | None) -> Path:
    """Give the file beside the case file; nothing outside that folder can be named."""
    if not isinstance(name, str) or folder is None or "\0" in name:
        raise BadInput("bad_data_file")
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise BadInput("bad_data_file")
    return path


def _columns(path: Path, roles: Mapping[str, object]) -> dict[str, object]:
    try:
        table = pd.read_csv(path)
    except (OSError, ValueError) as fault:
        raise BadInput("bad_data_file") from fault
    if not all(isinstance(column, str) and column in table.columns for column in roles.values()):
        raise BadInput("bad_columns")
    return {str(role): table[str(column)].tolist() for role, column in roles.items()}
