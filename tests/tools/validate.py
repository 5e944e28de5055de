"""Validates documents: reads {"schema": ..., "instances": [...]} from stdin, writes an array with the
mistakes of each instance, as "where: what"."""

import json
import sys

import jsonschema

asked = json.load(sys.stdin)
jsonschema.Draft7Validator.check_schema(asked["schema"])
validator = jsonschema.Draft7Validator(asked["schema"])


def mistakes(instance):
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(instance)]


json.dump([mistakes(instance) for instance in asked["instances"]], sys.stdout)
