"""Commands about the installation: selftest, doctor, schema."""

from pathlib import Path
from typing import Annotated

import typer

from boletim.app.commands.options import AsJson, Debug
from boletim.app.screen.terminal import Terminal
from boletim.contracts.errors import InputError
from boletim.contracts.sentence import Joined, Sentence, word


def selftest(
    data: Annotated[Path | None, typer.Option("--data", help="Folder with data sets that are not shipped.")] = None,
    debug: Debug = False,
    as_json: AsJson = False,
) -> None:
    """Reproduce published numbers with the installed code; exit 1 when one is not reproduced."""
    from boletim.app.machine.selftest import describe_selftest, run_selftest

    if data is not None and not data.is_dir():
        raise InputError("data_folder", data=data)
    rows = run_selftest(data)
    content = {"rows": [row.model_dump(mode="json") for row in rows]}
    Terminal(as_json=as_json).result(describe_selftest(rows), content)
    raise typer.Exit(int(any(row.status == "not reproduced" for row in rows)))


def doctor(debug: Debug = False, as_json: AsJson = False) -> None:
    """Print what the machine has and lacks; exit 1 when something needed is missing."""
    from boletim.app.machine.doctor import examine_machine

    checks = examine_machine()
    lines = [
        Sentence(
            "terminal.doctor.line",
            status=word("ok" if c.found else "MISSING" if c.is_needed else "absent"),
            name=c.name,
            said=c.found or c.remedy,
        )
        for c in checks
    ]
    Terminal(as_json=as_json).result(Joined(lines), {"checks": [c.model_dump(mode="json") for c in checks]})
    raise typer.Exit(int(any(c.found is None and c.is_needed for c in checks)))


def schema(
    which: Annotated[str, typer.Argument(help="config or audit.", metavar="[config|audit]")] = "config",
    debug: Debug = False,
) -> None:
    """Print the JSON Schema of the configuration or of audit.json."""
    import json

    from pydantic import BaseModel

    from boletim.contracts.configuration import RunConfig
    from boletim.contracts.results.audit import AuditResult

    schemas: dict[str, type[BaseModel]] = {"config": RunConfig, "audit": AuditResult}
    if which not in schemas:
        raise InputError("which_schema", schemas=schemas, which=which)
    print(json.dumps(schemas[which].model_json_schema(), indent=1))
