"""Everything griffin_core raises on purpose. Knows nothing else of the package.

    GriffinError                 something went wrong; str(error) is fit for the person who asked
    ├── InputError               the request cannot be met as asked: change it (exit code 2)
    │   ├── SettingsError        a density, lane, method, token count … out of range
    │   ├── PromptError          the prompt is empty, too long, or cannot be encoded
    │   ├── RecordingError       a recording cannot be read or written
    │   ├── SuiteError           a suite of prompts, or the folder of its session, cannot be used
    │   └── ModelError           the model named cannot be used here
    │       ├── UnknownModelError      no such id, folder or file
    │       ├── OfflineError           the hub cannot be reached and there is no local copy
    │       ├── GatedModelError        the hub wants a licence accepted or a token
    │       ├── UnsupportedModelError  no known feed-forward, a mixture of experts, encoder-only …
    │       └── DamagedModelError      the files are there and cannot be read
    └── DeviceError              the machine could not do it (exit code 1)
        └── OutOfMemoryError     it does not fit into memory

Every text says what is wrong, what was seen and what to do.
"""


class GriffinError(Exception):
    """Base of all errors raised on purpose."""


class InputError(GriffinError):
    """The request cannot be met as asked."""


class SettingsError(InputError):
    """A setting is out of range or unknown."""


class PromptError(InputError):
    """The prompt is empty, too long, or cannot be encoded."""


class RecordingError(InputError):
    """A recording is damaged, too large or of a newer format, or its file cannot be written."""


class SuiteError(InputError):
    """A suite of prompts cannot be read, or the folder of its session is not its own."""


class ModelError(InputError):
    """The model named cannot be used here."""


class UnknownModelError(ModelError):
    """No such hub id, folder or file."""


class OfflineError(ModelError):
    """The model hub cannot be reached and there is no local copy."""


class GatedModelError(ModelError):
    """The hub wants a licence accepted or an access token."""


class UnsupportedModelError(ModelError):
    """The model has no feed-forward layers that can be pruned."""


class DamagedModelError(ModelError):
    """The model's files are there and cannot be read."""


class DeviceError(GriffinError):
    """The machine could not do what was asked."""


class OutOfMemoryError(DeviceError):
    """It does not fit into memory."""
