"""The spellings of a model, and what looks like one and is another model."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aea.models import canonical_model

SPELLINGS = {
    "claude-opus-4-5": """
        claude-opus-4-5 claude-opus-4-5-20251101 claude-opus-4-5-20251101[1m] claude-opus-4-5@20251101
        us.anthropic.claude-opus-4-5-20251101-v1:0 global.anthropic.claude-opus-4-5-20251101-v1:0
        anthropic.claude-opus-4-5-20251101-v1:0:200k us-gov.anthropic.claude-opus-4-5-20251101-v1:0
        bedrock/us.anthropic.claude-opus-4-5-20251101-v1:0 vertex_ai/claude-opus-4-5@20251101
        arn:aws:bedrock:us-east-1:1234:inference-profile/us.anthropic.claude-opus-4-5-20251101-v1:0
        projects/p/locations/us-east5/publishers/anthropic/models/claude-opus-4-5@20251101
        anthropic/claude-opus-4.5 openrouter/anthropic/claude-4.5-opus:thinking Claude-Opus-4-5
        databricks-claude-opus-4-5 anthropic--claude-4.5-opus claude-opus-4-5-latest
    """,
    "claude-opus-4-6": "claude-opus-4-6 us.anthropic.claude-opus-4-6-v1 claude-opus-4-6@default claude-opus-4-6[1m]",
    "claude-opus-4": "claude-opus-4-0 claude-opus-4-20250514 claude-4-opus claude-opus-4@20250514",
    "claude-3-5-sonnet": """
        claude-3-5-sonnet-latest claude-3.5-sonnet claude-3-5-sonnet-20240620 claude-3-5-sonnet-v2@20241022
        anthropic.claude-3-5-sonnet-20241022-v2:0
    """,
    "gpt-5": "gpt-5 gpt-5-2025-08-07 openai/gpt-5 azure/eu/gpt-5-2025-08-07 openai.gpt-5",
    "deepseek-v3": "deepseek-v3 deepseek-ai/DeepSeek-V3 deepseek/deepseek-v3:free",
}
OF_ITS_OWN = """
    (unknown) <synthetic> relay gpt-5.2-codex gpt-5-mini o3 glm-4.6 kimi-k2-0905 deepseek-v4 claude-v2:1
    claude-mythos-preview claude-opus-4-8-fast qwen3:30b gemini-2.5-pro-preview-05-06
    arn:aws:bedrock:eu-west-1:1234:application-inference-profile/a1b2
""".split()  # noqa: SIM905  # names read better without quotes


@pytest.mark.parametrize("name", SPELLINGS)
def test_every_spelling_has_one_name(name: str) -> None:
    assert {canonical_model(spelling) for spelling in SPELLINGS[name].split()} == {name}


@pytest.mark.parametrize("name", OF_ITS_OWN)
def test_another_model_keeps_its_name(name: str) -> None:
    assert canonical_model(name) == name


@given(st.text(alphabet="claudegpt-.:/@[]()v0123456789 ", max_size=40) | st.text(max_size=20))
def test_a_canonical_name_is_its_own_and_no_name_is_lost(name: str) -> None:
    found = canonical_model(name)
    assert canonical_model(found) == found
    assert bool(found) == bool(name)
