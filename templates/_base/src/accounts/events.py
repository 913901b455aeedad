"""Live events: who is still to hear them."""

from sqlalchemy import select

from ..infrastructure.database.access import Database
from ..infrastructure.database.models import now
from .models import Token


async def valid_tokens(database: Database, digests: set[bytes]) -> set[bytes]:
    """Those of some tokens, by their digests, that are still worth something."""
    statement = select(Token.digest).where(Token.digest.in_(digests), Token.expires_at > now())
    async with database.read() as session:
        return set((await session.scalars(statement)).all())
