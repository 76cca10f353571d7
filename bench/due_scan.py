"""What the due scan costs beside years of letters sent: the same as without them.

A hundred letters are due, a hundred thousand planned for later. The claim of what is due is timed
and explained with an empty past, and again with a million letters sent. How what was claimed is
found again is explained with it.
"""

import statistics
import time
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bench import letters_world
from bench.letters_world import AT
from bench.results import Figure

PATIENTS: Final = 1_000
DUE: Final = 100
LATER: Final = 100_000
SENT: Final = 1_000_000
ROUNDS: Final = 15
PLANS: Final = Path(__file__).resolve().parent.parent / "var" / "bench" / "plans"

_ROWS = """
INSERT INTO patients_message (
  patient_id, kind, subject_key, occurrence, transactional, due_at, expires_at, about_at, status,
  reason, message_id, attempts, lost_claims, sent_at, sent_to, subject_line, sent_text, sent_html,
  server_answer, created_at, closed_at
)
SELECT patient.id, 'check_1', %(name)s::text || n, '', false, at.due, at.due + interval '2 days',
  at.due + interval '1 day', %(status)s::text, '', %(name)s::text || n || '@bench.example', 0, 0,
  CASE WHEN %(status)s::text = 'sent' THEN at.due END, '', '', repeat('sun ', 60), '', '', at.due,
  CASE WHEN %(status)s::text = 'sent' THEN at.due END
FROM generate_series(1, %(count)s::int) AS n
CROSS JOIN LATERAL (SELECT %(first)s::timestamptz + n * %(step)s::interval AS due) AS at
JOIN unnest(%(patients)s::bigint[]) WITH ORDINALITY AS patient (id, place)
  ON patient.place = 1 + n %% %(among)s::int
"""


def measure() -> list[Figure]:
    patients = [each.appointment.patient_id for each in letters_world.clinic(PATIENTS, name="scan")]
    _empty()
    _write(patients, "due", DUE, first=AT - timedelta(hours=1))
    _write(patients, "later", LATER, first=AT + timedelta(days=1), step=timedelta(minutes=2))
    before = _claim("without")
    past = timedelta(minutes=2)
    _write(patients, "sent", SENT, first=AT - (SENT + 1) * past, step=past)
    after = _claim("with")
    scanned = [name for name in _plan_files() if "Seq Scan on patients_message" in name.read_text()]
    _empty()
    return [
        Figure(
            "claim of 100 due letters, beside a million sent and without them",
            round(after * 1000, 1),
            "<= 1.2 x",
            after <= 1.2 * before,
            round(before * 1000, 1),
            "ms",
        ),
        Figure(
            "statements of a round that read the whole ledger", len(scanned), "= 0", not scanned
        ),
    ]


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE patients_message CASCADE")


def _write(
    patients: list[int], name: str, count: int, *, first: Any, step: timedelta = timedelta(0)
) -> None:
    values: dict[str, Any] = {
        "status": "sent" if name == "sent" else "planned",
        "name": f"{name}:",
        "count": count,
        "first": first,
        "step": step,
        "patients": patients,
        "among": len(patients),
    }
    with connection.cursor() as cursor:
        # a million rows take longer than any request of the product may
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(_ROWS, values)
        cursor.execute("VACUUM ANALYZE patients_message")
        cursor.execute("RESET statement_timeout")


def _claim(name: str) -> float:
    """Seconds of one claim, the median; how each statement is answered goes to a file."""
    from patients.actions import leases  # noqa: PLC0415 - models are there only after setup

    took = []
    for _ in range(ROUNDS):
        with transaction.atomic(), CaptureQueriesContext(connection) as caught:
            started = time.perf_counter()
            letters = leases.claim(now=AT, limit=DUE)
            took.append(time.perf_counter() - started)
            # as the last look and a worker that gives back what it holds do
            list(leases.held(letters))
            leases.renew(letters, AT)
            transaction.set_rollback(True)
        if len(letters) != DUE:
            raise RuntimeError(f"{len(letters)} letters claimed, not {DUE}")
    PLANS.mkdir(parents=True, exist_ok=True)
    said = (each["sql"] for each in caught.captured_queries)
    for number, query in enumerate((each for each in said if "patients_" in each), 1):
        (PLANS / f"due-scan-{number}-{name}.txt").write_text(_explained(query))
    return statistics.median(took)


def _explained(query: str) -> str:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {query}")
        lines = "\n".join(line for (line,) in cursor.fetchall())
        transaction.set_rollback(True)
    return f"{query}\n\n{lines}\n"


def _plan_files() -> list[Path]:
    return sorted(PLANS.glob("due-scan-*-with.txt"))
