"""The next version of a project: it has a column more, and writes and reads it."""

import shutil
from pathlib import Path
from typing import NamedTuple

from tests.contract.commands import Commands


class Change(NamedTuple):
    """A line that follows that of `due_at` in the models of tasks, and the migration for it."""

    line: str
    file: str
    migration: str


SQLALCHEMY = Change(
    line='    note: Mapped[str | None] = mapped_column(String(200), default="new")\n',
    file="migrations/versions/0003_notes.py",
    migration="""\
import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade():
    op.add_column("tasks", sa.Column("note", sa.String(200), nullable=True))
""",
)
DJANGO = Change(
    line='    note = models.CharField(max_length=200, null=True, default="new")\n',
    file="tasks/migrations/0002_notes.py",
    migration="""\
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tasks", "0001_initial")]
    operations = [
        migrations.AddField(
            "task", "note", models.CharField(max_length=200, null=True, default="new")
        )
    ]
""",
)


def next_version(commands: Commands, folder: Path) -> Commands:
    """The commands of the version that follows, whose source is a copy in this folder."""
    project = commands.project
    source = shutil.copytree(project.root / "src", folder / "src")
    change = DJANGO if project.requires("django") else SQLALCHEMY
    package = source / project.package
    models = package / "tasks" / "models.py"
    before, due_at, after = models.read_text("utf-8").partition("    due_at")
    rest, end, after = after.partition("\n")
    models.write_text(f"{before}{due_at}{rest}{end}{change.line}{after}", "utf-8")
    (package / change.file).write_text(change.migration, "utf-8")
    return Commands(project, {"PYTHONPATH": str(source)})
