"""Validates documents: reads a JSON array of [schema, instance] pairs from stdin, writes an array with
the mistakes of each, as "where: what"."""

import json
import sys

import jsonschema


def mistakes(schema, instance, known={}):
    key = json.dumps(schema, sort_keys=True)
    if key not in known:
        jsonschema.Draft7Validator.check_schema(schema)
        known[key] = jsonschema.Draft7Validator(schema)
    return [f"{error.json_path}: {error.message}" for error in known[key].iter_errors(instance)]


pairs = json.load(sys.stdin)
json.dump([mistakes(schema, instance) for schema, instance in pairs], sys.stdout)
