"""Lines above groups of rows: marked by a sign that nobody sees, so that they are no rows when the file comes back."""

# INVISIBLE SEPARATOR: kept by Excel, WPS and LibreOffice, typed by nobody.
_MARK = "\u2063"


def head(text: str) -> str:
    """The first cell of such a line."""
    return _MARK + text


def is_head(cell: object) -> bool:
    """Whether a cell begins such a line."""
    return isinstance(cell, str) and cell.startswith(_MARK)


def shown(cell: object) -> object:
    """What a person sees of a cell, which may begin such a line."""
    return cell.removeprefix(_MARK) if isinstance(cell, str) else cell
