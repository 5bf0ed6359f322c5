"""What `python3 run.py` hands over to."""

import argparse
import sys

from core.embedded.binaries import ServerNotFoundError
from core.embedded.postgres import ServerFailedError
from core.launcher.archive import backup, restore
from core.launcher.bench import run_bench
from core.launcher.gate import run_checks
from core.launcher.instance import LauncherError
from core.launcher.shots import take_shots
from core.launcher.start import start
from core.launcher.testing import run_tests

PASSED_ON = {"test": run_tests, "bench": run_bench, "shots": take_shots}


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="run.py", description="Start Rapport: without a command it starts everything."
    )
    top.add_argument("--no-demo", action="store_true", help="without the demo practice")
    top.add_argument("--port", type=int, help="default: the first free one from 8000 up")
    top.add_argument("--host", default="127.0.0.1", help="a loopback address")
    top.add_argument("--reset", action="store_true", help="delete all data first (asks)")
    top.add_argument("--yes", action="store_true", help="with --reset or restore: do not ask")
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    commands.add_parser("test", help="run the tests; what follows goes to pytest")
    commands.add_parser("check", help="run every check of the code")
    commands.add_parser("bench", help="run benchmarks: bench [NAME] [--size s|m]")
    commands.add_parser("shots", help="take pictures of every page into var/shots/")
    for name, text in (("backup", "write all data to FILE"), ("restore", "read it back")):
        command = commands.add_parser(name, help=text)
        command.add_argument("file", metavar="FILE")
        command.add_argument("--yes", action="store_true", default=argparse.SUPPRESS)
    return top


def run(arguments: list[str]) -> int:
    if arguments and arguments[0] in PASSED_ON:
        return PASSED_ON[arguments[0]](arguments[1:])
    options = parser().parse_args(arguments)
    if options.command == "check":
        return run_checks()
    if options.command == "backup":
        return backup(options.file)
    if options.command == "restore":
        return restore(options.file, sure=options.yes)
    return start(options)


def main() -> int:
    try:
        return run(sys.argv[1:])
    except (LauncherError, ServerFailedError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except ServerNotFoundError as error:
        print(f"\n{error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
