"""Background jobs, done by the tests themselves, with mails that are kept."""

import re
from email.message import EmailMessage

from task_service.config import Settings
from task_service.features import modules
from task_service.infrastructure.database.access import Database
from task_service.infrastructure.jobs.queue import Queue
from task_service.infrastructure.jobs.work import Worker
from task_service.infrastructure.mail import Mailer
from task_service.worker import Resources


class Outbox(Mailer):
    """Keeps what it is to send."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.mails: list[EmailMessage] = []

    def send(self, mail: EmailMessage) -> None:
        """Keep it."""
        self.mails.append(mail)


async def do_jobs(settings: Settings, database: Database) -> list[EmailMessage]:
    """Do all jobs that are due; the mails that they send."""
    modules("jobs")
    outbox = Outbox(settings)
    resources = Resources(settings=settings, database=database, mailer=outbox)
    await Worker(Queue(database), resources).drain()
    return outbox.mails


def link_in(mail: EmailMessage) -> str:
    """The path of the link in a mail."""
    text = mail.get_body(("plain",))
    assert text
    [path] = re.findall(r"https?://[^/]+(/\S+)", text.get_content())
    return str(path)
