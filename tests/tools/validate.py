"""Validates documents: for each line {"schema": ..., "instances": [...]} of stdin it prints a line, an
array with the mistakes of each instance, as "where: what"."""

import json
import sys

import jsonschema


def mistakes(validator, instance):
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(instance)]


for line in sys.stdin:
    asked = json.loads(line)
    jsonschema.Draft7Validator.check_schema(asked["schema"])
    validator = jsonschema.Draft7Validator(asked["schema"])
    print(json.dumps([mistakes(validator, instance) for instance in asked["instances"]]), flush=True)
