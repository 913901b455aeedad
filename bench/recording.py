"""Record how a project is generated and started: `python -m bench.recording` draws it, moving.

What it shows is what a terminal showed. Where nothing may move, it shows the end of it.
"""

import os
import pty
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.style import Style
from rich.text import Text

from .pictures import FOLDER, LOOKS

ROOT = Path(__file__).parents[1]
GENERATE, ENTER, START = (
    "uvx cookiecutter . --output-dir ..",
    "cd ../task-service",
    "uv run task-service",
)
COLUMNS, ROWS = 100, 26
# In pixels.
WIDTH, HEIGHT, MARGIN = 8, 19, 16
# A line that took longer comes after so much; and who looks has so long to read what is asked.
PATIENCE, READING = 0.4, 0.5
# Of a terminal's colours, by number, those that stand out; the others are as the text.
COLOURS = {
    "light": {2: "#116329", 4: "#0550ae", 5: "#8250df", 6: "#0a6c74"},
    "dark": {2: "#7ee787", 4: "#79c0ff", 5: "#d2a8ff", 6: "#76e3ea"},
}
BACKGROUNDS = {"light": "#f6f8fa", "dark": "#161b22"}


class Line(NamedTuple):
    """A line of the terminal, and after how many seconds it came."""

    text: str
    after: float


def main() -> None:
    """Do what README says, in a clone, and draw it."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder).resolve() / "cookiecutter-backends"
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        project = clone.parent / "task-service"
        lines = [
            *_recorded(GENERATE, clone, until=lambda _: False),
            Line(f"$ {ENTER}", READING),
            *_recorded(START, project, until=lambda text: "Ctrl+C stops it." in text),
        ]
        shown = [_anonymous(line, clone.parent) for line in lines]
    FOLDER.mkdir(exist_ok=True)
    for theme in LOOKS:
        (FOLDER / f"start-{theme}.svg").write_text(drawn(shown, theme), "utf-8")


def _anonymous(line: Line, folder: Path) -> Line:
    """A line without the paths of this machine."""
    text = line.text
    for path in (folder, Path.home()):
        text = text.replace(f"{path}", "/home/you")
    return line._replace(text=text)


def _recorded(command: str, folder: Path, *, until: Callable[[str], bool]) -> Iterator[Line]:
    """What a terminal shows of a command, which gets an Enter whenever it waits for one."""
    yield Line(f"$ {command}", READING)
    said, last = "", time.monotonic()
    for text in _said(command, folder):
        now = time.monotonic()
        said += text
        *complete, said = said.split("\n")
        for number, line in enumerate(complete):
            yield Line(line.rstrip("\r"), min(now - last, PATIENCE) if number == 0 else 0.02)
        last = now
        if until("\n".join(complete)):
            break


def _said(command: str, folder: Path) -> Iterator[str]:
    """What it says, bit by bit, until it has ended."""
    ours, theirs = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": f"{COLUMNS}", "UV_NO_PROGRESS": "1"}
    for name in ("VIRTUAL_ENV", "NOXSESSION", "NO_COLOR"):
        environment.pop(name, None)
    process = subprocess.Popen(
        command.split(), cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    try:
        while data := _read(ours):
            yield data.decode()
            if data.endswith(b": "):
                time.sleep(READING)
                os.write(ours, b"\n")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
        os.close(ours)


def _read(terminal: int) -> bytes:
    """Nothing once the program has ended, which Linux says by an error."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def drawn(lines: list[Line], theme: str) -> str:
    """The picture: all lines in a column, which comes and moves up as they came."""
    look, colours = LOOKS[theme], COLOURS[theme]
    width, height = COLUMNS * WIDTH + 2 * MARGIN, ROWS * HEIGHT + 2 * MARGIN
    texts, rules, at = list[str](), list[str](), 0.0
    moves = list[tuple[float, int]]()
    for number, line in enumerate(lines):
        at += line.after
        moves.append((at, max(0, number + 1 - ROWS)))
        rules.append(f"#l{number}{{animation-delay:{at:.2f}s}}")
        texts.append(
            f'<text id="l{number}" y="{(number + 1) * HEIGHT - 5}">{_spans(line, colours)}</text>'
        )
    end, column = moves[-1], "\n".join(texts)
    steps = "".join(
        f"{100 * when / end[0]:.2f}%{{transform:translateY({-up * HEIGHT}px)}}"
        for when, up in moves
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}"'
        f' width="{width:.0f}" height="{height}" role="img">\n'
        f"<title>A terminal: {GENERATE}; {START}</title>\n<style>\n"
        f"text{{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;"
        f"white-space:pre;fill:{look.ink}}}\n.bold{{font-weight:bold}}.dim{{opacity:.7}}\n"
        f"#all{{transform:translateY({-end[1] * HEIGHT}px)}}\n"
        "@media (prefers-reduced-motion:no-preference){\n"
        "text{animation:come .01s both}@keyframes come{from{opacity:0}}\n"
        f"#all{{animation:move {end[0]:.2f}s step-end}}@keyframes move{{{steps}}}\n"
        f"{''.join(rules)}}}\n</style>\n"
        f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUNDS[theme]}"/>\n'
        f'<svg x="{MARGIN}" y="{MARGIN}" width="{width - 2 * MARGIN:.0f}" height="{ROWS * HEIGHT}">'
        f'<g id="all">\n{column}\n</g></svg>\n</svg>\n'
    )


def _spans(line: Line, colours: dict[int, str]) -> str:
    """A line's text, each piece of one style in an element."""
    text = Text.from_ansi(line.text)
    pieces = text.render(Console(width=10 * COLUMNS))
    return "".join(_span(piece.text, piece.style, colours) for piece in pieces)


def _span(text: str, style: Style | None, colours: dict[int, str]) -> str:
    if not text.strip() or style is None:
        return escape(text, quote=False)
    classes = [name for name in ("bold", "dim") if getattr(style, name)]
    number = style.color.number if style.color else None
    # From 8 on they are the same, brighter.
    colour = colours.get(number % 8) if number is not None and number < 16 else None
    fill = f' fill="{colour}"' if colour else ""
    classed = f' class="{" ".join(classes)}"' if classes else ""
    return f"<tspan{classed}{fill}>{escape(text, quote=False)}</tspan>"


if __name__ == "__main__":
    main()
