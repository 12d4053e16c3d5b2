"""The one kind of error that commands show as a line.

Everything that is wrong with a file, an option or a label raises one of
these, with a message that names the file, line or key and says what to do.
Other exceptions are faults of the program and keep their traceback.
"""


class UserError(ValueError):
    """Input, a file or an option that its user can mend."""


class MissingFileError(UserError, FileNotFoundError):
    """A file or folder that is not there."""
