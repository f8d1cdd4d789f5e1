"""The command line `kebu`: each command is a small function that calls its room.

Exit code 0: done; 1: refused, with a message; 2: wrong usage. `--json` prints one JSON object on stdout; progress
and messages go to stderr. What a command needs is imported when it runs: `kebu serve` has to be quick.
"""

import argparse
import getpass
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kebu import __version__
from kebu.core.errors import LANGUAGES, KebuError

if TYPE_CHECKING:
    from kebu.accounts.actor import Actor

Command = Callable[[argparse.Namespace], Any]


def main(arguments: list[str] | None = None) -> None:
    """The console script. Ends the process with the exit code."""
    args = _parser().parse_args(arguments)
    os.umask(0o077)  # what people keep in their table is for nobody else on this machine to read
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kebu.settings")
    try:
        result = args.run(args)
    except KebuError as error:
        refused = error.as_json(_language())
        if args.json:
            print(json.dumps(refused, ensure_ascii=False))
        else:
            print(refused["error"]["message"], file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    if args.json and result is not None:
        print(json.dumps(result, ensure_ascii=False))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kebu", description="Kebu 客簿: the customer table a whole team can trust.")
    parser.add_argument("--version", action="version", version=f"kebu {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    serve = _command(commands, "serve", _serve, "start the server; prints its address and, at first, the set-up link")
    serve.add_argument("--host", default=os.environ.get("KEBU_HOST", "127.0.0.1"), help="default 127.0.0.1")
    serve.add_argument("--port", type=int, default=int(os.environ.get("KEBU_PORT", "8000")), help="default 8000")
    serve.add_argument("--processes", type=_positive, default=1, help="default 1; more only help on PostgreSQL")

    _command(commands, "worker", _worker, "run jobs in a process of their own (PostgreSQL)")
    check = _command(commands, "check", _check, "look whether this installation is sound")
    check.add_argument("--deploy", action="store_true", help="and name what is missing before others come to it")
    check.add_argument("--processes", type=_positive, default=1, help="as for serve; with --deploy")

    init = _command(commands, "init", _init, "set up the company and its owner without a browser")
    init.add_argument("--template", required=True, help="partner or company")
    init.add_argument("--company", required=True, metavar="NAME")
    init.add_argument("--owner", required=True, metavar="EMAIL")
    init.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0])
    _takes_password(init)

    user = commands.add_parser("user", help="add or disable a person").add_subparsers(metavar="ACT", required=True)
    add = _command(user, "add", _user_add, "add a person; without a password it prints a link to join")
    add.add_argument("email", metavar="EMAIL")
    add.add_argument("--role", required=True)
    _takes_password(add)
    disable = _command(user, "disable", _user_disable, "end a person's access; what they did stays")
    disable.add_argument("email", metavar="EMAIL")

    reset = _command(user, "reset-two-factor", _user_reset, "let a person in without a second factor, who lost it")
    reset.add_argument("email", metavar="EMAIL")

    token = _command(commands, "token", _token, "make a token for a program and print it, this once")
    token.add_argument("email", metavar="EMAIL")
    token.add_argument("--name", required=True)
    token.add_argument("--scope", required=True, choices=("read", "write"))

    bring = _command(
        commands, "import", _import, "bring rows from xlsx, xls, ods or csv files; prints what became of them"
    )
    bring.add_argument("files", nargs="+", metavar="FILE")
    bring.add_argument("--object", default=None, metavar="OBJECT", help="default customers")
    bring.add_argument("--sheet", default=None, metavar="S", help="only the sheet of this name")
    bring.add_argument(
        "--match", default="auto", metavar="FIELD", help="recognise records by this field, or A,B by both; default auto"
    )
    bring.add_argument(
        "--on-match", default="fill", choices=("fill", "skip", "overwrite", "create"), help="default fill"
    )
    bring.add_argument("--new-fields", action="store_true", help="add unknown columns as text fields")
    bring.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
    _takes_password(bring)
    export = _command(commands, "export", _export, "write what a view shows to xlsx or csv")
    export.add_argument("--object", default=None, metavar="OBJECT", help="default customers")
    export.add_argument("--view", default=None, metavar="NAME")
    export.add_argument("--filter", default=None, metavar="JSON")
    export.add_argument("--fields", default="", metavar="A,B")
    export.add_argument("--as", dest="person", default=None, metavar="EMAIL", help="see what this person sees")
    export.add_argument("--out", required=True, type=Path, metavar="FILE", help="ends in .xlsx, .csv, .pdf or .vcf")

    backup = _command(commands, "backup", _backup, "copy everything into one file; the server may run meanwhile")
    backup.add_argument("--out", type=Path, metavar="FILE", help="default: a new file in KEBU_HOME/backups")
    about = "write a copy of everything in the form of a backup, with placeholders for what people typed"
    anonymize = _command(commands, "anonymize", _anonymize, about)
    anonymize.add_argument("--out", type=Path, required=True, metavar="FILE", help="not among the backups")
    restore = _command(commands, "restore", _restore, "put back what a backup holds, in place of all that is here now")
    restore.add_argument("file", type=Path, metavar="FILE")

    demo = _command(commands, "demo", _demo, "fill a new data folder with a sample company and print who can sign in")
    demo.add_argument("--customers", type=_positive, default=300, metavar="N", help="default 300")
    demo.add_argument(
        "--activities",
        type=_count,
        metavar="N",
        help="how many activities a customer has on average; default 2, and none above 20,000 customers",
    )
    demo.add_argument("--seed", type=int, default=1, metavar="S", help="another number, other customers; default 1")
    return parser


def _command(commands: Any, name: str, run: Command, text: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    parser.set_defaults(run=run)
    return parser


def _takes_password(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--password-stdin", action="store_true", help="read the password from the first line of stdin")


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) > 100:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 100")
    return int(text)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return int(text)


def _language() -> str:
    """The console's language, from the locale; people at a console without one read English."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh-Hans" if spoken.startswith("zh") else "en"


def _wake() -> "Actor":
    """Django, on a database of the right version; returns who acts: the program, by a command."""
    import django

    django.setup()

    from django.utils.translation import activate

    from kebu.accounts.actor import SYSTEM
    from kebu.core.schema import migrate

    activate(_language().lower())  # what Django itself says: rules of passwords
    migrate()
    return SYSTEM.by("command")


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _password(args: argparse.Namespace) -> str | None:
    """The password from stdin or, at a terminal, typed twice unseen; None where nobody can be asked."""
    if args.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        return None
    password = getpass.getpass("Password: ")
    if password != getpass.getpass("Again: "):
        raise KebuError("passwords_differ")
    return password


def _serve(args: argparse.Namespace) -> None:
    # Settings are read in the children: they take the address from here.
    os.environ.update(KEBU_HOST=args.host, KEBU_PORT=str(args.port))
    from kebu.serving import serve

    serve(host=args.host, port=args.port, processes=args.processes, as_json=args.json)


def _worker(args: argparse.Namespace) -> None:
    _wake()
    import signal
    import threading

    from kebu.core.jobs import run_worker

    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    _say("kebu worker")
    run_worker(stop)


def _check(args: argparse.Namespace) -> dict[str, Any]:
    import django

    django.setup()  # without bringing the database up to date: a check changes nothing

    from kebu.core.check import problems

    found = problems()
    told: dict[str, Any] = {"problems": found}
    lines = list(found)
    if args.deploy:
        from kebu.core.deploying import missing

        told["missing"] = [one.as_json(_language()) for one in missing(args.processes)]
        lines += [one["message"] for one in told["missing"]]
    if not args.json:
        for line in lines:
            _say(line)
        _say("ok" if not lines else f"{len(lines)} problem(s)")
    elif lines:
        print(json.dumps(told, ensure_ascii=False))
    if lines:
        sys.exit(1)
    return told


def _init(args: argparse.Namespace) -> dict[str, Any]:
    password = _password(args)
    if password is None:
        raise KebuError("password_needed")
    _wake()
    from kebu.accounts.setup import create_company

    owner = create_company(
        args.company, owner_email=args.owner, password=password, template=args.template, language=args.language
    )
    if not args.json:
        _say(f"{args.company.strip()}: {owner.email}")
    return {"company": args.company.strip(), "owner": owner.email}


def _user_add(args: argparse.Namespace) -> dict[str, Any]:
    password = sys.stdin.readline().rstrip("\r\n") if args.password_stdin else None
    actor = _wake()
    from kebu.accounts.people import add_and_invite, add_user

    if password is not None:
        return {"id": add_user(actor, args.email, role=args.role, password=password).pk, "invite_link": None}
    user, link = add_and_invite(actor, args.email, role=args.role, name="")
    if not args.json:
        print(link)
    return {"id": user.pk, "invite_link": link}


def _user_disable(args: argparse.Namespace) -> dict[str, Any]:
    actor = _wake()
    from kebu.accounts.people import disable_user

    return {"id": disable_user(actor, args.email).pk}


def _user_reset(args: argparse.Namespace) -> dict[str, Any]:
    actor = _wake()
    from kebu.accounts.people import find_user
    from kebu.accounts.second import reset

    user = find_user(args.email)
    reset(actor, user.pk)
    return {"id": user.pk}


def _token(args: argparse.Namespace) -> dict[str, Any]:
    _wake()
    from kebu.accounts.actor import Actor
    from kebu.accounts.people import find_user
    from kebu.accounts.tokens import create_token

    _, secret = create_token(Actor.of(find_user(args.email), via="command"), name=args.name, scope=args.scope)
    if not args.json:
        print(secret)
    return {"token": secret}


def _import(args: argparse.Namespace) -> dict[str, Any]:
    password = sys.stdin.readline().rstrip("\r\n") if args.password_stdin else None
    _wake()
    from kebu.importexport import command

    result = command.import_files(
        command.owner(),
        args.files,
        object_key=args.object,
        sheet=args.sheet,
        options={
            "match": args.match.split(",") if "," in args.match else args.match,
            "on_match": args.on_match,
            "new_fields": args.new_fields,
        },
        password=password,
        is_rehearsal=args.dry_run,
        tell=_far,
    )
    if not args.json:
        for line in command.in_words(result):
            print(line)
    return result


def _export(args: argparse.Namespace) -> dict[str, Any]:
    _wake()
    from kebu.importexport import command

    count = command.export_file(
        command.reader(args.person),
        args.out,
        object_key=args.object,
        view=args.view,
        condition=args.filter,
        fields=[key for key in args.fields.split(",") if key],
        tell=_far,
    )
    if not args.json:
        _say(f"{args.out}: {count}")
    return {"file": str(args.out), "rows": count}


def _far(done: int, total: int) -> None:
    """How far it is, on a terminal only."""
    if sys.stderr.isatty():
        print(f"\r{done:,} / {total:,} ", end="" if done < total else "\n", file=sys.stderr, flush=True)


def _backup(args: argparse.Namespace) -> dict[str, Any]:
    _wake()
    from kebu.accounts.actor import SYSTEM
    from kebu.audit.log import note
    from kebu.backups.make import make_backup
    from kebu.core.schema import is_current

    made = make_backup(args.out)
    if is_current():  # a backup is taken before an upgrade too
        note("backup_made", SYSTEM.by("command"), name=made.path.name)
    if not args.json:
        print(made.path)
    return {"file": str(made.path), "size": made.size, "rows": made.rows}


def _anonymize(args: argparse.Namespace) -> dict[str, Any]:
    actor = _wake()
    from kebu.audit.log import note
    from kebu.privacy.anonymize import anonymize

    made = anonymize(args.out)
    note("anonymized", actor, name=made.path.name)
    if not args.json:
        print(made.path)
    return {"file": str(made.path), "size": made.size, "rows": made.rows}


def _restore(args: argparse.Namespace) -> dict[str, Any]:
    _wake()
    from kebu.accounts.actor import SYSTEM
    from kebu.audit.log import note
    from kebu.backups.restore import restore

    done = restore(args.file)
    before = done.before.name if done.before else ""
    note("restored", SYSTEM.by("command"), name=args.file.name, before=before)
    if not args.json:
        if done.before:
            _say(f"before: {done.before}")
        _say(f"{args.file}: {done.rows}")
    return {"rows": done.rows, "before": str(done.before) if done.before else None}


def _demo(args: argparse.Namespace) -> dict[str, Any]:
    _wake()
    from kebu.crm.demo import fill_demo

    with _progress("客户 customers") as progress:
        logins = fill_demo(args.customers, args.seed, progress, args.activities)
    if not args.json:
        from rich.console import Console
        from rich.table import Table

        table = Table("姓名 name", "角色 role", "客户 has", "邮箱 e-mail", "密码 password")
        for one in logins:
            table.add_row(one.name, one.role, one.sees, one.email, one.password)
        # A password that is cut off opens nothing: in a narrow window the lines wrap.
        Console(width=max(Console().width, 90)).print(table)
    return {"logins": [asdict(one) for one in logins]}


@contextmanager
def _progress(text: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr, gone when the work is done; nothing where nobody watches."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(text)
        yield lambda done, total: bar.update(task, completed=done, total=total)
