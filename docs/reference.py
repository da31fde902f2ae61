"""The site's reference pages, made of the code when the site is built: a hook of mkdocs.

Configuration from its JSON Schema, commands from the command line, measures and probes from the language packs, Python
from docstrings by mkdocstrings.
"""

import inspect
import re
from collections.abc import Iterable, Iterator
from typing import Any

import typer
from mkdocs.structure.files import File, Files

from boletim.app.cli import app
from boletim.contracts.configuration import RunConfig
from boletim.contracts.language import load_language
from boletim.contracts.registry import find_plugin, plugin_names

TITLES = {
    "en": {
        "configuration": "Configuration",
        "commands": "Commands",
        "measures": "Measures",
        "probes": "Probes",
        "python": "Python",
        "key": "Key",
        "type": "Type",
        "default": "Default",
        "means": "Meaning",
        "name": "Measure",
        "formula": "Formula",
        "literature": "Literature",
        "note": "",
    },
    "pt-BR": {
        "configuration": "Configuração",
        "commands": "Comandos",
        "measures": "Medidas",
        "probes": "Sondas",
        "key": "Chave",
        "type": "Tipo",
        "default": "Padrão",
        "means": "Significado",
        "name": "Medida",
        "formula": "Fórmula",
        "literature": "Literatura",
        "note": "Esta página é gerada do código, cujas descrições estão em inglês.",
    },
}
_PYTHON = "\n\n".join(
    f"::: boletim.app.api.{place}\n    options: {{heading_level: 2}}"
    for place in ("evaluate.evaluate", "evaluate.run", "evaluate.load", "evaluate.diff", "report.Report",
                  "callback.TrainerCallback")
)  # fmt: skip


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that the navigation names."""
    for language, titles in TITLES.items():
        pages: dict[str, Iterable[str]] = {
            "configuration": [titles["note"], *_configuration(titles)],
            "commands": [titles["note"], *_commands()],
            "measures": _measures(language, titles),
            "probes": _probes(language, titles),
        }
        if language == "en":
            pages["python"] = [_PYTHON]
        for name, parts in pages.items():
            content = "\n\n".join([f"# {titles[name]}", *parts]) + "\n"
            files.append(File.generated(config, f"{language}/reference/{name}.md", content=content))
    return files


def _configuration(titles: dict[str, str]) -> Iterator[str]:
    schema = RunConfig.model_json_schema()
    for name, record in {"RunConfig": schema, **schema["$defs"]}.items():
        if "properties" not in record:
            continue
        heading = "The file" if name == "RunConfig" else name.removesuffix("Config")
        rows = [
            f"| {titles['key']} | {titles['type']} | {titles['default']} | {titles['means']} |",
            "| --- | --- | --- | --- |",
        ]
        rows += [
            f"| `{key}` | {_type(value)} | {_default(value)} | {_cell(value.get('description', ''))} |"
            for key, value in record["properties"].items()
        ]
        yield f"## {heading}\n\n{_cell(record.get('description', ''))}\n\n" + "\n".join(rows)


def _type(value: dict[str, Any]) -> str:
    if "$ref" in value:
        return value["$ref"].rpartition("/")[2].removesuffix("Config")
    if options := value.get("anyOf") or value.get("oneOf"):
        return ", ".join(dict.fromkeys(_type(one) for one in options if one.get("type") != "null"))
    if "enum" in value:
        return ", ".join(f"`{one}`" for one in value["enum"])
    return str(value.get("type", value.get("const", "")))


def _default(value: dict[str, Any]) -> str:
    return f"`{_cell(str(value['default']))}`" if value.get("default") not in (None, "", {}, []) else ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def _commands() -> Iterator[str]:
    group = typer.main.get_command(app)
    for name, command in group.commands.items():  # type: ignore[attr-defined]
        context = typer.Context(command, info_name=f"boletim {name}")
        yield f"## {name}\n\n```text\n{command.get_help(context)}\n```"


def _measures(language: str, titles: dict[str, str]) -> list[str]:
    words = load_language(language).words
    rows = [f"| {titles['name']} | | {titles['means']} | {titles['formula']} |", "| --- | --- | --- | --- |"]
    rows += [
        f"| `{key}` | {_cell(one['name'])} | {_cell(one['definition'])} | {_cell(one['formula'])} |"
        for key, one in sorted({**words["metrics"], **words["label_sets"]["metrics"]}.items())
    ]
    return ["\n".join(rows)]


def _probes(language: str, titles: dict[str, str]) -> Iterator[str]:
    words = load_language(language).words["probes"]
    for name in plugin_names("probe"):
        parts = [f"## {words[name]['name']}", f"`{name}`", words[name].get("does", ""), words[name].get("can_tell", "")]
        said = inspect.getdoc(inspect.getmodule(find_plugin("probe", name).run)) or ""
        if found := re.search(r"References:\n((?:    .*\n?)+)", said):
            parts.append(f"{titles['literature']}: {_cell(found[1])}")
        yield "\n\n".join(part for part in parts if part)
