"""Reads nginx configurations: a JSON array of paths from stdin, and writes what crossplane makes of each, as an
array of its directives in the order in which nginx meets them, includes where they stand."""

import json
import sys

import crossplane


def directives(config, block, file, within):
    for one in block:
        if "comment" in one:
            continue
        words = [one["directive"], *one["args"]]
        yield {
            "within": within,
            "words": words,
            "file": file,
            "line": one["line"],
            "block": "block" in one,
        }
        yield from directives(config, one.get("block", []), file, [*within, words])
        for index in one.get("includes", []):
            included = config[index]
            yield from directives(config, included["parsed"], included["file"], within)


def read(path):
    whole = crossplane.parse(path, catch_errors=False, check_ctx=False, check_args=False)
    main = whole["config"][0]
    if whole["errors"]:
        raise SystemExit(f"{path}: {whole['errors']}")
    return list(directives(whole["config"], main["parsed"], main["file"], []))


json.dump([read(path) for path in json.load(sys.stdin)], sys.stdout)
