import pytest

from tests.conftest import Cast
from tests.patients.photo_story import agree


@pytest.fixture
def agreed(cast: Cast) -> Cast:
    """Ada has agreed to photos; Ben was not asked."""
    agree(cast.ada, cast.fern)
    return cast
