"""The canonical name of a model: one name for all spellings under which services offer the same model.

The rules of `_RULES` apply in order to the name in lower case, each to what the one before it left:

    place     a path or the name of a Bedrock or Vertex resource: only the part after the last slash
    context   [1m], (thinking) at the end
    variant   :free, :thinking and the like at the end (OpenRouter), :latest
    region    us. eu. apac. global. and the like at the start (Bedrock)
    vendor    anthropic. or anthropic-- and the like at the start (Bedrock, SAP, Databricks)
    revision  -v1:0, -v1:0:200k at the end (Bedrock), -v1 and -v2 of Claude models
    date      -20251101, @20251101, -2025-11-01 at the end, and -latest, @latest, @default
    revision  again: Vertex writes -v2@20241022, Bedrock -20241022-v2:0
    dots      claude-opus-4.5 is claude-opus-4-5
    order     claude-4.5-opus is claude-opus-4-5, from version 4 on; before that the number stands first
    zero      claude-opus-4-0 is claude-opus-4

So two snapshots of one model that differ in their date only have one name. What follows no rule stays as it is:
the name of an application inference profile says nothing about its model.
"""

from __future__ import annotations

import re
from functools import lru_cache

_OPAQUE = "application-inference-profile/"
_REVISION = (r"(?<=\d)-v\d+:\d+(?::\d+k)?$|^(claude-.+)-v\d+$", lambda found: found[1] or "")
_RULES = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"^.*/(?=.)", ""),
        (r"(?<=.)\s*(?:\[[^\[\]]*\]|\([^()]*\))$", ""),
        (r":(?:free|thinking|beta|extended|nitro|floor|online|exacto|latest)$", ""),
        (r"^(?:us|us-gov|eu|apac|ap|au|ca|jp|sa|me|af|uk|in|global)\.(?=[a-z0-9-]+\.)", ""),
        (r"^(?:anthropic|amazon|meta|mistral|openai|google|qwen)(?:\.|--)", ""),
        (r"^(?:anthropic|databricks)-(?=claude-)", ""),
        _REVISION,
        (r"[-@](?:20\d{6}|20\d\d-\d\d-\d\d|latest)$|@default$", ""),
        _REVISION,
        (r"^claude-.*\d\.\d.*$", lambda found: found[0].replace(".", "-")),
        (
            r"^claude-([4-9]|\d\d)(-\d{1,2})?-([a-z]+)$",
            lambda found: f"claude-{found[3]}-{found[1]}{found[2] or ''}",
        ),
        (r"^(claude-[a-z]+-\d+)-0$", r"\1"),
    )
)


@lru_cache(maxsize=1024)
def canonical_model(name: str) -> str:
    """The one name of the model that a service calls `name`. Applying it again changes nothing."""
    before, short = "", name.strip().lower()
    if _OPAQUE in short or not short:
        return name
    while short != before:
        before = short
        for pattern, replacement in _RULES:
            short = pattern.sub(replacement, short, count=1).strip() or short
    return short
