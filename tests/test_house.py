"""The rules of the house, held by machines: directions, sizes, names, docstrings, furniture."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "src").rglob("*.py"))
#: What is held to the size of a file like the sources.
BESIDE = sorted(
    path
    for folder in ("tests", "benchmarks", "scripts", "docs")
    for path in (ROOT / folder).rglob("*.py")
)
MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 40
BANNED_NAMES = {"utils", "helpers", "common", "manager", "util", "helper", "misc"}


def functions(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_files_are_small():
    crowded = {
        str(p.relative_to(ROOT)): n
        for p in (*SOURCES, *BESIDE)
        if (n := len(p.read_text().splitlines())) > MAX_FILE_LINES
    }
    assert crowded == {}


def test_functions_are_small():
    long = {}
    for path in SOURCES:
        for node in functions(ast.parse(path.read_text())):
            lines = (node.end_lineno or 0) - node.lineno + 1
            if lines > MAX_FUNCTION_LINES:
                long[f"{path.relative_to(ROOT)}:{node.name}"] = lines
    assert long == {}


def test_modules_say_what_lives_in_them():
    assert [str(p) for p in SOURCES if not ast.get_docstring(ast.parse(p.read_text()))] == []


def test_no_drawers():
    assert [str(p) for p in SOURCES if p.stem in BANNED_NAMES] == []


#: Functions that change the disk, by their modules; what SQLite does is its own business.
CHANGES = {
    "os": r"f?truncate|p?write|chmod|link|makedirs|mkdir|mkfifo|re(move|name|place)|rmdir|symlink"
    "|unlink",
    "shutil": r"copy.*|move|rmtree",
    "tempfile": r"\w*TemporaryFile|mk[ds]temp",
}
#: The same as methods of a path, on whatever it may be called.
PATH_CHANGES = r"chmod|(hard|sym)link_to|mkdir|rename|rmdir|unlink|write_(bytes|text)"


def changes_the_disk(call):
    """Whether a call makes, writes, moves or removes a file by other means than ``FileOps``."""
    owner, _, name = ast.unparse(call.func).rpartition(".")
    if owner.endswith("files"):
        return False
    if (owner, name) == ("os", "open"):
        flags = ast.unparse(call)
        return "os.devnull" not in flags and re.search("O_(CREAT|WRONLY|RDWR|TRUNC)", flags)
    if owner in CHANGES:
        return re.fullmatch(CHANGES[owner], name)
    if name in {"open", "fdopen"}:
        given = [*call.args, *(word.value for word in call.keywords)]
        words = [one.value for one in given if isinstance(one, ast.Constant)]
        return any(re.fullmatch("[rwaxbt+]*[wax+][rwaxbt+]*", str(word)) for word in words)
    # Only the replace() of a path takes one argument.
    moves = name == "replace" and len(call.args) == 1 and not call.keywords
    return moves or re.fullmatch(PATH_CHANGES, name)


def disk_calls(source):
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    return [call.lineno for call in calls if changes_the_disk(call)]


def test_one_module_touches_the_disk():
    found = {
        str(path.relative_to(ROOT)): lines
        for path in SOURCES
        if "headrace" in path.relative_to(ROOT).parts and (lines := disk_calls(path.read_text()))
    }
    assert list(found) == ["src/headrace/blobs/files.py"]


@pytest.mark.parametrize(
    "line",
    [
        "os.open(path, os.O_RDWR)",
        "open(path, 'w')",
        "path.open(mode='ab')",
        "open(path, 'r+')",
        "path.write_text(text)",
        "Path(name).write_bytes(content)",
        "partial.replace(path)",
        "os.replace(partial, path)",
        "path.parent.mkdir(parents=True)",
        "shutil.move(one, other)",
        "tempfile.mkstemp()",
    ],
)
def test_a_call_that_touches_the_disk_is_caught(line):
    assert disk_calls(line) == [1]


@pytest.mark.parametrize(
    "line",
    [
        "os.open(path, os.O_RDONLY)",
        "path.open('rb')",
        "self.open()",
        "archive.open(member)",
        "files.unlink(path)",
        "files.replace(partial, path)",
        "text.replace('a', 'b')",
        "msgspec.structs.replace(one, text='w')",
    ],
)
def test_a_call_that_only_reads_is_let_through(line):
    assert disk_calls(line) == []


def left_open(source):
    """Lines that walk an asynchronous generator which nobody closes when the walk is cut short."""
    walks = ast.AsyncFor, ast.comprehension

    def closed_by(node):
        for item in node.items if isinstance(node, ast.AsyncWith) else ():
            call = item.context_expr
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "aclosing":
                yield ast.unparse(item.optional_vars or call.args[0])

    def below(node, closed):
        closed = closed | set(closed_by(node))
        is_walk = isinstance(node, walks) and getattr(node, "is_async", True)
        if is_walk and ast.unparse(node.iter) not in closed:
            yield node.iter.lineno
        for child in ast.iter_child_nodes(node):
            yield from below(child, closed)

    return list(below(ast.parse(source), set()))


def test_what_is_walked_is_closed():
    found = {
        str(path.relative_to(ROOT)): lines
        for path in SOURCES
        if (lines := left_open(path.read_text()))
    }
    assert found == {}


CLOSED = "async with aclosing({}) as pages:\n  async for page in {}: pass\n"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (CLOSED.format("read()", "pages"), []),
        (CLOSED.format("read()", "read()"), [2]),
        ("async with aclosing(found):\n  async for one in found: pass", []),
        ("async for page in read(): pass", [1]),
        ("x = [page async for page in pages]", [1]),
        ("async with closing(found):\n  async for one in found: pass", [2]),
    ],
)
def test_a_walk_that_nobody_closes_is_caught(text, lines):
    assert left_open(text) == lines


def test_the_project_names_no_registry_and_no_foreign_path():
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if tracked.returncode:
        pytest.skip("not a git checkout")
    bad = re.compile(
        r"(https?://[^\s]*(simple/|/pypi|pypi\.org/simple|npmjs)|--(extra-)?index-url)"
    )
    for name in tracked.stdout.split():
        if name == "tests/test_house.py" or not (ROOT / name).is_file():
            continue
        text = (ROOT / name).read_bytes().decode("utf-8", "replace")
        assert not bad.search(text), name
        assert str(ROOT.parent) + "/" not in text, name
    assert "uv.lock" not in tracked.stdout.split()


def lint(root):
    env = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {
        "PYTHONPATH": str(root / "src")
    }
    command = [
        str(Path(sys.executable).parent / "lint-imports"),
        "--no-cache",
        "--config",
        "pyproject.toml",
    ]
    return subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False)


@pytest.fixture
def copy_of_the_house(tmp_path):
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


FORBIDDEN = [
    ("headrace/model/chat.py", "import headrace.store", "Nothing walks upward"),
    ("headrace/transform/moments.py", "import headrace.importer.run", "Nothing walks upward"),
    ("headrace/importer/run.py", "import headrace.telegram", "Nothing walks upward"),
    ("headrace/store/__init__.py", "import headrace.importer.ports", "Nothing walks upward"),
    ("headrace/telegram/__init__.py", "import headrace.app", "Nothing walks upward"),
    ("headrace/importer/run.py", "import telethon", "One room speaks Telegram"),
    ("headrace/app/archive.py", "import telethon", "One room speaks Telegram"),
    ("headrace/cli/status.py", "import sqlalchemy", "One room speaks SQL"),
    ("headrace/importer/run.py", "import pydantic_settings", "One room reads configuration"),
    ("headrace/cli/status.py", "import tgsandbox", "Only the demonstration starts the sandbox"),
    ("tgsandbox/server.py", "import headrace.model", "The sandbox is a stranger"),
    ("headrace/model/chat.py", "import os", "Nouns and pure functions do no input or output"),
    ("headrace/newroom/__init__.py", "import ast", "Nothing walks upward"),
]


@pytest.mark.parametrize(("path", "line", "contract"), FORBIDDEN)
def test_a_forbidden_import_is_caught(copy_of_the_house, path, line, contract):
    target = copy_of_the_house / "src" / path
    target.parent.mkdir(exist_ok=True)
    before = target.read_text() if target.exists() else '"""A room that nobody placed."""\n'
    target.write_text(before + f"\n{line}\n")
    result = lint(copy_of_the_house)
    assert result.returncode != 0, result.stdout
    broken = (result.stdout + result.stderr).partition("Broken contracts")[2]
    assert contract in broken or "newroom" in result.stdout + result.stderr, result.stdout


def test_the_house_as_it_is_keeps_its_directions(copy_of_the_house):
    result = lint(copy_of_the_house)
    assert result.returncode == 0, result.stdout + result.stderr


def test_help_imports_nothing_heavy():
    code = (
        "import sys\n"
        "sys.argv = ['headrace', '--help']\n"
        "from headrace.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(sorted({m.split('.')[0] for m in sys.modules}), file=sys.stderr)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    loaded = set(ast.literal_eval(result.stderr.strip().splitlines()[-1]))
    assert "typer" in loaded
    assert loaded & {"telethon", "sqlalchemy", "fastapi", "alembic", "PIL", "msgspec"} == set()
