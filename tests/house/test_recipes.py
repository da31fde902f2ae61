"""The recipes for clusters: bash reads the scripts, the YAML has KubeRay's field names alone, Ray knows its options."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

PAGE = (Path(__file__).resolve().parents[2] / "docs/pages/en/many-machines.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.M | re.S)


def some(**properties):
    """An object with these fields and no others."""
    needed = [name for name, value in properties.items() if value.pop("needed", False)]
    return {"type": "object", "properties": properties, "additionalProperties": False, "required": needed}


def needed(schema):
    return schema | {"needed": True}


def many(schema):
    return {"type": "array", "items": schema, "minItems": 1}


TEXT, NUMBER = {"type": "string"}, {"type": "integer", "minimum": 0}
QUANTITY = {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": r"^[0-9.]+([KMGTPE]i|[numkMGTPE])?$"}]}
START = needed({"type": "object", "additionalProperties": {"type": "string"}})
CONTAINER = some(
    name=needed(TEXT),
    image=needed(TEXT),
    resources=some(limits={"type": "object", "additionalProperties": QUANTITY}),
    volumeMounts=many(some(name=needed(TEXT), mountPath=needed(TEXT))),
)
VOLUME = some(name=needed(TEXT), configMap=some(name=needed(TEXT)), persistentVolumeClaim=some(claimName=needed(TEXT)))
PODS = some(
    spec=needed(
        some(containers=needed(many(CONTAINER)), volumes=many(VOLUME), terminationGracePeriodSeconds=dict(NUMBER))
    )
)
WORKERS = some(
    groupName=needed(TEXT),
    replicas=dict(NUMBER),
    minReplicas=dict(NUMBER),
    maxReplicas=dict(NUMBER),
    rayStartParams=dict(START),
    template=needed(dict(PODS)),
)
CLUSTER = some(
    rayVersion=dict(TEXT),
    authOptions=some(mode={"enum": ["token", "disabled"]}),
    headGroupSpec=needed(some(rayStartParams=dict(START), template=needed(dict(PODS)))),
    workerGroupSpecs=many(WORKERS),
)
RAY_JOB = some(
    apiVersion=needed({"const": "ray.io/v1"}),
    kind=needed({"const": "RayJob"}),
    metadata=needed(some(name=needed(TEXT))),
    spec=needed(
        some(
            entrypoint=needed(TEXT),
            shutdownAfterJobFinishes={"type": "boolean"},
            backoffLimit=dict(NUMBER),
            rayClusterSpec=needed(CLUSTER),
        )
    ),
)
"""The part of KubeRay's RayJob (API reference of version 1.6) and of pods that a recipe may use."""


@pytest.mark.parametrize("text", [text for language, text in BLOCKS if language == "yaml" and "RayJob" in text])
def test_kuberay_knows_every_field(text):
    jsonschema.Draft202012Validator.check_schema(RAY_JOB)
    jsonschema.validate(yaml.safe_load(text), RAY_JOB)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(text.replace("groupName", "group")), RAY_JOB)


@pytest.mark.parametrize("text", [text for language, text in BLOCKS if language in ("sh", "bash")])
def test_bash_reads_the_scripts(text):
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash here")
    done = subprocess.run([bash, "-n"], input=text, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_ray_knows_the_options_of_the_slurm_script():
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'boletim[ray]'")
    (text,) = [text for language, text in BLOCKS if language == "bash"]
    options = re.findall(r"--[a-z-]+", text.split("symmetric-run", 1)[1].split(" -- ", 1)[0])
    ray = Path(sys.executable).with_name("ray")
    told = subprocess.run([ray, "symmetric-run", "--help"], capture_output=True, text=True, check=True).stdout
    assert options
    assert not [option for option in options if option not in told]
