"""Log lines as JSON, with an allow-list of fields so that no patient data slips in."""

import json
import logging
from datetime import UTC, datetime

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
        return json.dumps(line, default=str)
