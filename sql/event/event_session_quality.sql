-- event_session_quality
-- grain: one row per session with at least one prompt
-- key: provider, session_id
-- scope: session
-- time: started_at
-- reads: build_session_span
-- reads: build_session_turn
-- reads: build_session_trouble
-- reads: metadata_branches (repository_id, branch_name, task_id) -> SELECT s.id FROM metadata_directories AS d
--     CROSS JOIN metadata_sessions AS s ON s.directory_id = d.id
--     WHERE d.repository_id = row.repository_id AND row.task_id IS NOT NULL
-- reads: metadata_tasks, constant
-- reads: fact_session_code_change -> session_id
-- reads: fact_session_code_change -> SELECT parent_key FROM dirty_session_parent WHERE session_key = row.session_id
-- reads: fact_commit_session_match -> SELECT row.session_id WHERE row.session_id > 0
-- reads: fact_commit_session_match -> SELECT parent_key FROM dirty_session_parent
--     WHERE session_key = row.session_id AND is_subagent = 1
-- debug_loop.1: five turns or more with one error signature (build_session_turn has the signatures and turn.1).
-- error_paste.1: a prompt after the first shows an error (aea/sources/text.py).
-- first_change.1: minutes from the start of the session to the first accepted change of a line, by the session or a
-- sub-agent that it started. no_output.1: there is no such change; failed and rejected edits do not count.
-- commit_within_4h.1: lines of sub-agents count, carried lines do not.
CREATE TABLE event_session_quality (
    provider TEXT NOT NULL,              -- product that ran the session
    session_id TEXT NOT NULL,            -- the provider's id of the session
    repository TEXT,                     -- key of the repository it worked in; NULL: unknown
    machine TEXT NOT NULL,               -- key of the machine that the session was read on
    branch_name TEXT,                    -- branch at its first message that has one; NULL: none has
    task_key TEXT,                       -- the task that this branch names; NULL: none
    model_name TEXT,                     -- the model that answered most; NULL: none recorded
    started_at TEXT NOT NULL,            -- time of its first fact, UTC
    ended_at TEXT NOT NULL,              -- time of its last fact so far, UTC
    user_turn_count INTEGER NOT NULL,    -- turns: prompts of a person, also those without typed words
    debug_loop_flag INTEGER NOT NULL,    -- 1: one error came back in five turns or more
    mid_session_error_paste_flag INTEGER NOT NULL, -- 1: an error was pasted after the first prompt
    accepted_output_flag INTEGER NOT NULL, -- 1: at least one changed line was accepted
    first_accepted_change_at TEXT,       -- time of the first accepted change, UTC; NULL: none so far
    minutes_to_first_accepted_change REAL, -- minutes from started_at to that change; NULL: none so far
    session_commit_within_4h_flag INTEGER NOT NULL, -- 1: a commit between its start and four hours after its end has lines of it
    agent_loop_flag INTEGER,             -- 1: one error of the agent's own calls came five times or more; NULL: unknown
    finished_tool_call_count INTEGER NOT NULL,-- tool calls that ran to their end, well or not
    failed_tool_call_count INTEGER NOT NULL,-- of these, failed
    refused_tool_call_count INTEGER NOT NULL,-- tool calls that a person, a rule or a hook refused
    interruption_count INTEGER NOT NULL, -- times that a person stopped the agent
    written_line_count INTEGER NOT NULL, -- lines that accepted writes added, trivial ones left out
    undone_line_count INTEGER NOT NULL,  -- of these, removed by a later write of the session to the same file
    rule_version INTEGER NOT NULL,       -- version of the rules in the header
    ingested_at INTEGER NOT NULL,        -- when the latest fact of this row was read, UTC milliseconds
    PRIMARY KEY (provider, session_id)
) STRICT, WITHOUT ROWID;
CREATE VIEW build_event_session_quality AS
SELECT
    t.session_key,
    s.provider,
    s.session_id,
    s.repository,
    s.machine,
    s.branch_name,
    (SELECT k.task_key FROM metadata_branches AS b INNER JOIN metadata_tasks AS k ON k.id = b.task_id
        WHERE b.repository_id = s.repository_key_id AND b.branch_name = s.branch_name) AS task_key,
    s.model_name,
    strftime('%Y-%m-%dT%H:%M:%SZ', s.started_ms / 1000, 'unixepoch') AS started_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', s.ended_ms / 1000, 'unixepoch') AS ended_at,
    t.user_turn_count,
    t.debug_loop_flag,
    t.mid_session_error_paste_flag,
    s.first_change_ms IS NOT NULL AS accepted_output_flag,
    strftime('%Y-%m-%dT%H:%M:%SZ', s.first_change_ms / 1000, 'unixepoch') AS first_accepted_change_at,
    (s.first_change_ms - s.started_ms) / 60000.0 AS minutes_to_first_accepted_change,
    EXISTS (
        SELECT 1 FROM fact_commit_session_match AS m
        WHERE m.matched_lines + m.generated_lines > 0 AND m.session_id > 0
            AND m.occurred_at BETWEEN s.started_ms AND s.ended_ms + 4 * 3600000
            AND m.session_id IN (
                SELECT a.member_key FROM build_session_member AS a WHERE a.session_key = s.session_key
            )
    ) AS session_commit_within_4h_flag,
    nullif(f.loop_state, -1) AS agent_loop_flag,
    f.finished_tool_call_count,
    f.failed_tool_call_count,
    f.refused_tool_call_count,
    f.interruption_count,
    f.written_line_count,
    f.undone_line_count,
    1 AS rule_version,
    max(t.ingested_at, coalesce(s.change_ingested_at, 0)) AS ingested_at
FROM (
    SELECT
        session_id AS session_key,
        count(*) OVER w AS user_turn_count,
        coalesce(max(repeat_count) OVER w, 0) >= 5 AS debug_loop_flag,
        max(CASE WHEN turn_number > 1 THEN is_error_paste ELSE 0 END) OVER w
            AS mid_session_error_paste_flag,
        max(ingested_at) OVER w AS ingested_at,
        turn_number
    FROM build_session_turn
    WINDOW w AS (PARTITION BY session_id)
) AS t
INNER JOIN (
    SELECT
        p.*,
        (SELECT min(c.occurred_at) FROM fact_session_code_change AS c
            WHERE coalesce(c.lines_added + c.lines_removed, 1) > 0 AND c.session_id IN (
                SELECT m.member_key FROM build_session_member AS m WHERE m.session_key = p.session_key
            )) AS first_change_ms,
        (SELECT max(c.ingested_at) FROM fact_session_code_change AS c
            WHERE c.session_id IN (
                SELECT m.member_key FROM build_session_member AS m WHERE m.session_key = p.session_key
            )) AS change_ingested_at
    FROM build_session_span AS p
) AS s ON s.session_key = t.session_key
INNER JOIN build_session_trouble AS f ON f.session_key = t.session_key
WHERE t.turn_number = 1 AND t.user_turn_count > 0;
