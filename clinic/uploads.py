"""Files on their way in: unnamed on disk, so that nothing of them stays, whatever ends the request.

Django would write a large upload under a name of its own, which a killed worker leaves behind. Here
the file has no name from the start (O_TMPFILE): the system gives its space back with the process.
"""

import tempfile
from typing import IO, Any, Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

# one file; it is the photographs' limit, as nothing else is uploaded
MAX_BYTES: Final = 10 * 1024 * 1024
# what one request may put on the disk, and in how many files
MAX_REQUEST_BYTES: Final = 100 * 1024 * 1024
MAX_FILES: Final = 24


class UnnamedUploadHandler(FileUploadHandler):
    """Keeps what fits and counts the rest: whoever reads a file judges it by `size`.

    Of a stranger nothing is kept at all: the forms are read before anybody is sent to sign in.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.files, self.kept = 0, 0
        # Django closes whatever is called `file`, and fails where that is None
        self.incoming: IO[bytes] | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        user = getattr(self.request, "user", None)
        if user is None or not user.is_authenticated:
            raise SkipFile
        self.files += 1
        self.incoming = tempfile.TemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR)  # noqa: SIM115

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        fits = start + len(raw_data) <= MAX_BYTES and self.files <= MAX_FILES
        if self.incoming is not None and fits and self.kept + len(raw_data) <= MAX_REQUEST_BYTES:
            self.kept += self.incoming.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> "UploadedFile[bytes] | None":
        file, self.incoming = self.incoming, None
        if file is None:
            return None
        file.seek(0)
        return UploadedFile(
            file=file,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )

    def upload_interrupted(self) -> None:
        if self.incoming is not None:
            self.incoming.close()
