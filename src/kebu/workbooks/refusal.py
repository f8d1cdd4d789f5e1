"""How the child process says no."""


class Refused(Exception):
    """A file that is not read; `code` is a message of the room, `reason` is for the log and for programs."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason
