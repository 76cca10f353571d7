"""Log lines as JSON: no patient data slips past the allow-list of fields, nor a link's token."""

import json
import logging
import re
from datetime import UTC, datetime

# the addresses of patients' links, up to the token
TOKEN = re.compile(r"(/offers/|/my/\w/)[\w-]{8,}")

ALLOWED = ("message_id", "task_id", "kind", "status_code", "path", "count", "outcome")


class JsonLine(logging.Formatter):
    """One JSON object a line: time, level, logger, text and the allowed extra fields."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "text": record.getMessage(),
        }
        line |= {name: record.__dict__[name] for name in ALLOWED if name in record.__dict__}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return TOKEN.sub(r"\1...", json.dumps(line, default=str))
