-- event_session_activity
-- grain: one row per (session, UTC quarter-hour) in which it was active
-- key: provider, session_id, bucket_at
-- scope: session
-- time: bucket_at
-- reads: build_session_span
-- reads: fact_session_code_change -> session_id
CREATE TABLE event_session_activity (
    provider TEXT NOT NULL,              -- product that ran the session
    session_id TEXT NOT NULL,            -- the provider's id of the session
    bucket_at TEXT NOT NULL,             -- start of the quarter-hour, UTC
    root_session_id TEXT NOT NULL,       -- the session itself; of a sub-agent the session that started it
    repository TEXT,                     -- key of the repository it worked in; NULL: unknown
    machine TEXT NOT NULL,               -- key of the machine that the session was read on
    branch_name TEXT,                    -- branch at the first message of the session that has one; NULL: none has
    model_name TEXT,                     -- the model that answered most in the session; NULL: none recorded
    prompt_count INTEGER NOT NULL,       -- messages typed by a person
    user_word_count INTEGER NOT NULL,    -- words in these messages
    assistant_message_count INTEGER NOT NULL, -- messages of the assistant, sub-agents included
    tool_call_count INTEGER NOT NULL,    -- tools that the assistant called
    failed_tool_call_count INTEGER NOT NULL, -- tool calls that failed
    rejected_tool_call_count INTEGER NOT NULL, -- tool calls that the person refused
    code_change_count INTEGER NOT NULL,  -- accepted writes to files
    accepted_lines_added INTEGER NOT NULL, -- lines that accepted writes added
    accepted_lines_removed INTEGER NOT NULL, -- lines that accepted writes removed
    ingested_at INTEGER NOT NULL,        -- when the latest fact of this row was read, UTC milliseconds
    PRIMARY KEY (provider, session_id, bucket_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_session_activity_bucket ON event_session_activity (bucket_at);
CREATE VIEW build_event_session_activity AS
SELECT
    f.session_key,
    s.provider,
    s.session_id,
    strftime('%Y-%m-%dT%H:%M:%SZ', f.bucket * 900, 'unixepoch') AS bucket_at,
    s.root_session_id,
    s.repository,
    s.machine,
    s.branch_name,
    s.model_name,
    f.prompt_count,
    f.user_word_count,
    f.assistant_message_count,
    f.tool_call_count,
    f.failed_tool_call_count,
    f.rejected_tool_call_count,
    f.code_change_count,
    f.accepted_lines_added,
    f.accepted_lines_removed,
    f.ingested_at
FROM (
    SELECT
        session_key,
        bucket,
        sum(prompts) OVER w AS prompt_count,
        sum(words) OVER w AS user_word_count,
        sum(answers) OVER w AS assistant_message_count,
        sum(calls) OVER w AS tool_call_count,
        sum(failed) OVER w AS failed_tool_call_count,
        sum(rejected) OVER w AS rejected_tool_call_count,
        sum(changes) OVER w AS code_change_count,
        sum(added) OVER w AS accepted_lines_added,
        sum(removed) OVER w AS accepted_lines_removed,
        max(ingested_at) OVER w AS ingested_at,
        row_number() OVER w AS row_rank
    FROM (
        SELECT
            session_id AS session_key, occurred_at / 900000 AS bucket, sum(is_prompt) AS prompts,
            sum(CASE WHEN is_prompt = 1 THEN word_count ELSE 0 END) AS words,
            sum(CASE WHEN role = 'assistant' THEN 1 ELSE 0 END) AS answers, 0 AS calls, 0 AS failed,
            0 AS rejected, 0 AS changes, 0 AS added, 0 AS removed, max(ingested_at) AS ingested_at
        FROM fact_session_message GROUP BY session_id, occurred_at / 900000
        UNION ALL
        SELECT
            session_id, occurred_at / 900000, 0, 0, 0, count(*), sum(status = 'failed'),
            sum(status = 'rejected'), 0, 0, 0, max(ingested_at)
        FROM fact_session_tool_call GROUP BY session_id, occurred_at / 900000
        UNION ALL
        SELECT
            session_id, occurred_at / 900000, 0, 0, 0, 0, 0, 0, count(*),
            coalesce(sum(lines_added), 0), coalesce(sum(lines_removed), 0), max(ingested_at)
        FROM fact_session_code_change GROUP BY session_id, occurred_at / 900000
    )
    WINDOW w AS (PARTITION BY session_key, bucket)
) AS f
INNER JOIN build_session_span AS s ON s.session_key = f.session_key
WHERE f.row_rank = 1;
