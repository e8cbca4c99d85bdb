-- event_session_tool
-- grain: one row per (session, tool that it called); a sub-agent with a log of its own has rows of its own
-- key: provider, session_id, tool_name
-- scope: session
-- time: first_called_at
-- reads: build_session_span
-- reads: fact_session_tool_call -> session_id
CREATE TABLE event_session_tool (
    provider TEXT NOT NULL,              -- product that ran the session
    session_id TEXT NOT NULL,            -- the provider's id of the session
    tool_name TEXT NOT NULL,             -- name of the tool in the log
    root_session_id TEXT NOT NULL,       -- the session itself; of a sub-agent the session that started it
    repository TEXT,                     -- key of the repository it worked in; NULL: unknown
    machine TEXT NOT NULL,               -- key of the machine that the session was read on
    branch_name TEXT,                    -- branch at its first message that has one; NULL: none has
    model_name TEXT,                     -- the model that answered most; NULL: none recorded
    first_called_at TEXT NOT NULL,       -- time of its first call of the tool, UTC
    call_count INTEGER NOT NULL,         -- calls, those without a result included
    finished_call_count INTEGER NOT NULL, -- calls that ran to their end, well or not
    failed_call_count INTEGER NOT NULL,  -- of these, failed
    refused_by_person_count INTEGER NOT NULL, -- calls that a person refused
    refused_by_rule_count INTEGER NOT NULL, -- calls that permission settings or a policy refused
    refused_by_hook_count INTEGER NOT NULL, -- calls that a hook refused
    refused_count INTEGER NOT NULL,      -- all refused calls, those by an unknown one included
    interrupted_call_count INTEGER NOT NULL, -- calls that a person stopped
    repeated_error_count INTEGER NOT NULL, -- failed calls with the error that came most often; 0: no error is known
    ingested_at INTEGER NOT NULL,        -- when the latest fact of this row was read, UTC milliseconds
    PRIMARY KEY (provider, session_id, tool_name)
) STRICT, WITHOUT ROWID;
CREATE VIEW build_event_session_tool AS
SELECT
    f.session_key,
    s.provider,
    s.session_id,
    f.tool_name,
    s.root_session_id,
    s.repository,
    s.machine,
    s.branch_name,
    s.model_name,
    strftime('%Y-%m-%dT%H:%M:%SZ', f.first_called_ms / 1000, 'unixepoch') AS first_called_at,
    f.call_count,
    f.finished_call_count,
    f.failed_call_count,
    f.refused_by_person_count,
    f.refused_by_rule_count,
    f.refused_by_hook_count,
    f.refused_count,
    f.interrupted_call_count,
    f.repeated_error_count,
    f.ingested_at
FROM (
    SELECT
        session_key,
        tool_name,
        min(first_called_ms) OVER w AS first_called_ms,
        sum(call_count) OVER w AS call_count,
        sum(call_count * (status IN ('ok', 'failed'))) OVER w AS finished_call_count,
        sum(call_count * (status = 'failed')) OVER w AS failed_call_count,
        sum(call_count * (refused_by IS 'person')) OVER w AS refused_by_person_count,
        sum(call_count * (refused_by IS 'rule')) OVER w AS refused_by_rule_count,
        sum(call_count * (refused_by IS 'hook')) OVER w AS refused_by_hook_count,
        sum(call_count * (status = 'rejected')) OVER w AS refused_count,
        sum(call_count * (status = 'interrupted')) OVER w AS interrupted_call_count,
        max(call_count * (error_signature IS NOT NULL)) OVER w AS repeated_error_count,
        max(ingested_at) OVER w AS ingested_at,
        row_number() OVER w AS row_rank
    FROM (
        SELECT
            session_id AS session_key, tool_name, status, refused_by, error_signature, count(*) AS call_count,
            min(occurred_at) AS first_called_ms, max(ingested_at) AS ingested_at
        FROM fact_session_tool_call
        GROUP BY session_id, tool_name, status, refused_by, error_signature
    )
    WINDOW w AS (PARTITION BY session_key, tool_name)
) AS f
INNER JOIN build_session_span AS s ON s.session_key = f.session_key
WHERE f.row_rank = 1;
