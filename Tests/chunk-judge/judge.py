"""Judges chunks of our stream by the Vercel AI types of pydantic-ai-slim.

Reads JSON lines from the file named on the command line. Each must be a chunk of a known type, and must say nothing that
the type does not know: what is read and written again has to be the same object, without a null among its fields.
"""
import json
import sys
from typing import Annotated, Union

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_ai.ui.vercel_ai import response_types as types

names = [
    "TextStartChunk", "TextDeltaChunk", "TextEndChunk", "ReasoningStartChunk", "ReasoningDeltaChunk",
    "ReasoningEndChunk", "ErrorChunk", "ToolInputStartChunk", "ToolInputDeltaChunk", "ToolInputAvailableChunk",
    "ToolInputErrorChunk", "ToolOutputAvailableChunk", "ToolOutputErrorChunk", "StartChunk", "FinishChunk",
]
chunk = TypeAdapter(Annotated[Union[tuple(getattr(types, name) for name in names)], Field(discriminator="type")])

faults = 0
seen = set()
with open(sys.argv[1], encoding="utf-8") as lines:
    for number, line in enumerate(lines, 1):
        value = json.loads(line)
        seen.add(value.get("type"))
        try:
            known = chunk.validate_python(value).model_dump(mode="json", by_alias=True, exclude_unset=True)
        except ValidationError as error:
            print(f"line {number}: {error}", file=sys.stderr)
            faults += 1
            continue
        known["type"] = value["type"]
        if known != value or any(member is None for member in value.values()):
            print(f"line {number}: {value} is read as {known}", file=sys.stderr)
            faults += 1
if len(seen) != len(names):
    print(f"only these types came: {sorted(seen)}", file=sys.stderr)
    faults += 1
sys.exit(1 if faults else 0)
