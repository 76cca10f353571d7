"""The safety screening matrix as a table: clinical fact base, section 3, row for row.

B blocks until a clinician clears it with a reason, C is a caution to be acknowledged, i is to be
known. Windows are in days, as (skin types I-III, IV-VI). A clinic changes copies of these rows.
Short reasons are ours, from sections 1 and 3. Pure data.
"""

from collections.abc import Mapping
from typing import Final

from treatments.screening_matrix.row import MODALITIES, Level, Row
from treatments.screening_matrix.rows_1_to_20 import FIRST
from treatments.screening_matrix.rows_21_to_40 import SECOND

__all__ = ["MODALITIES", "ROWS", "Level", "Row"]

ROWS: Final[Mapping[int, Row]] = {row.number: row for row in (*FIRST, *SECOND)}
