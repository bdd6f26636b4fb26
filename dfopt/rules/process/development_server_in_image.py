"""The rule `development-server-in-image`."""

import re
from collections.abc import Callable, Iterator, Sequence

from dfopt.model.model import Model
from dfopt.rules.rule import Finding, Rule
from dfopt.rules.shared.entry import entries
from dfopt.syntax.commands import Command
from dfopt.syntax.nodes import Cmd, Entrypoint

Words = Sequence[str]

_ALWAYS = frozenset({"air", "browser-sync", "live-server", "nodemon", "reflex", "ts-node-dev", "webpack-dev-server"})
_RUNNERS = frozenset({"npx", "bunx", "pnpx"})
_PREFIXES = (
    ("bundle", "exec"),
    ("poetry", "run"),
    ("pipenv", "run"),
    ("uv", "run"),
    ("pnpm", "exec"),
    ("yarn", "exec"),
)
_DEVELOPMENT_SCRIPT = re.compile(r"(?:start:)?dev(?:elop(?:ment)?)?(?:[:-].*)?|serve|watch|hot|storybook")
_SCRIPT_RUNNERS = frozenset({"bun", "npm", "pnpm", "yarn"})
_PYTHON = re.compile(r"python[0-9.]*")


class DevelopmentServerInImage(Rule):
    """The image starts a development server.

    ## What it does

    Reports an ENTRYPOINT or CMD of the final image that runs a server made for development: `flask run`, Django's
    `runserver`, `npm run dev`, `ng serve`, `php artisan serve`, `php -S`, `webpack-dev-server`, `nodemon`,
    `uvicorn --reload`, `rails server` outside production, and their like.

    ## Why is this bad

    Such a server shows its stack traces, sometimes with a console that runs code, serves one request after the other,
    compiles at each start, watches all files, and needs the development dependencies in the image. Their own
    documentation says not to use them in production.

    ## Example

    ```dockerfile
    FROM python:3.13-slim
    CMD ["flask", "run", "--debug", "--host=0.0.0.0"]
    ```

    ```dockerfile
    FROM python:3.13-slim
    CMD ["gunicorn", "--bind=0.0.0.0:8000", "app:app"]
    ```
    """

    id = "development-server-in-image"
    help = "build for production, and run a production server (gunicorn, uvicorn, php-fpm, nginx, node …)"
    instructions = (Cmd, Entrypoint)

    def check_file(self, model: Model) -> Iterator[Finding]:
        final = model.final_stage
        env = final.config.env if final else {}
        is_production = "production" in (env.get("RAILS_ENV"), env.get("RACK_ENV"), env.get("NODE_ENV"))
        for entry in entries(model):
            for command in entry.commands:
                words = _without_prefix(command)
                if name := _server(words, is_production=is_production):
                    yield Finding(entry.instruction, f"`{name}` is a server for development")
                    break


def _without_prefix(command: Command) -> Words:
    words = [command.program, *(word.value for word in command.arguments)]
    if tuple(words[:2]) in _PREFIXES:
        words = words[2:]
    elif words[0] in _RUNNERS:
        words = [word for word in words[1:] if not word.startswith("-")]
    return words


def _server(words: Words, *, is_production: bool) -> str | None:
    """The development server that words start, named by what tells it."""
    program = words[0].rpartition("/")[2] if words else ""
    if program in _ALWAYS:
        return program
    if program in _SCRIPT_RUNNERS:
        return _script(program, words[1:])
    if _PYTHON.fullmatch(program):
        return _of_python(words[1:])
    found = _SERVERS[program](words[1:]) if program in _SERVERS else None
    return None if found == "rails server" and is_production else found


def _script(runner: str, arguments: Words) -> str | None:
    names = [word for word in arguments if not word.startswith("-") and word not in ("run", "run-script")]
    is_script = bool(names) and (runner == "yarn" or "run" in arguments or "run-script" in arguments)
    found = is_script and names and _DEVELOPMENT_SCRIPT.fullmatch(names[0]) and names[0] != "serve"
    return f"{runner} run {names[0]}" if found else None


def _of_python(arguments: Words) -> str | None:
    if "runserver" in arguments[:2] and not any(word.endswith("runserver_plus") for word in arguments):
        return "manage.py runserver" if arguments[0].endswith(".py") else None
    if list(arguments[:2]) == ["-m", "flask"]:
        return _flask(arguments[2:])
    return "python -m http.server" if list(arguments[:2]) == ["-m", "http.server"] else None


def _flask(arguments: Words) -> str | None:
    return "flask run" if "run" in arguments else None


def _when(verb: str, name: str) -> Callable[[Words], str | None]:
    """A server that the program is where a subcommand is given."""
    return lambda arguments: name if verb in arguments[:1] else None


def _with_option(option: str, name: str) -> Callable[[Words], str | None]:
    return lambda arguments: name if option in arguments else None


def _rails(arguments: Words) -> str | None:
    is_production = any(word.endswith("production") for word in arguments)
    return "rails server" if arguments[:1] and arguments[0] in ("s", "server") and not is_production else None


def _php(arguments: Words) -> str | None:
    if any(word == "-S" or word.startswith("-S") for word in arguments):
        return "php -S"
    has_serve = len(arguments) > 1 and arguments[0].rpartition("/")[2] == "artisan" and arguments[1] == "serve"
    return "php artisan serve" if has_serve else None


_SERVERS: dict[str, Callable[[Words], str | None]] = {
    "astro": _when("dev", "astro dev"),
    "django-admin": _when("runserver", "django-admin runserver"),
    "dotnet": _when("watch", "dotnet watch"),
    "fastapi": _when("dev", "fastapi dev"),
    "flask": _flask,
    "gatsby": _when("develop", "gatsby develop"),
    "gunicorn": _with_option("--reload", "gunicorn --reload"),
    "hugo": _when("server", "hugo server"),
    "jekyll": _when("serve", "jekyll serve"),
    "manage.py": _when("runserver", "manage.py runserver"),
    "mkdocs": _when("serve", "mkdocs serve"),
    "next": _when("dev", "next dev"),
    "ng": _when("serve", "ng serve"),
    "nuxt": _when("dev", "nuxt dev"),
    "php": _php,
    "rails": _rails,
    "react-scripts": _when("start", "react-scripts start"),
    "symfony": _when("serve", "symfony serve"),
    "uvicorn": _with_option("--reload", "uvicorn --reload"),
    "vite": lambda arguments: "vite" if not arguments or arguments[0] in ("dev", "serve") else None,
    "vue-cli-service": _when("serve", "vue-cli-service serve"),
    "webpack": _when("serve", "webpack serve"),
}
