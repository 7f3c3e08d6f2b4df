"""What the library of recordings raises on purpose; every text is fit for the visitor. Knows no file.

InputError
└── LibraryError                this library cannot do what was asked
    ├── MissingRecordingError   there is no such recording, or the id is none of ours
    ├── DeletedRecordingError   there was one, and it was deleted here
    └── WrongKeyError           only who made a recording may change it
"""

from griffin_core.errors import InputError


class LibraryError(InputError):
    """This library cannot do what was asked."""


class MissingRecordingError(LibraryError):
    """No recording of that id."""


class DeletedRecordingError(LibraryError):
    """A recording that was here."""


class WrongKeyError(LibraryError):
    """The key is not that of this recording."""
