-- 0001_create
-- the tables as first released; sql/metadata, sql/fact and sql/ingest show them as they are now
CREATE TABLE metadata_machines (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    machine_key TEXT NOT NULL UNIQUE,    -- natural key: a hash of the operating system's machine id
    platform TEXT NOT NULL               -- linux, darwin, win32
) STRICT;
CREATE TABLE metadata_repositories (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    repository_key TEXT NOT NULL UNIQUE, -- natural key: git:<host>/<path> of the remote, else dir:<path>
    repository_name TEXT NOT NULL,       -- last part of the key, for people
    mainline_branch TEXT,                -- short name of its main branch; NULL: none was found
    task_patterns TEXT                   -- git config aea.taskPattern as a JSON array; NULL: the built-in rules
) STRICT;
CREATE TABLE metadata_directories (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    directory_path TEXT NOT NULL UNIQUE, -- absolute, as met; it need not exist any more
    repository_id INTEGER REFERENCES metadata_repositories (id), -- NULL: belongs to no known repository
    is_root INTEGER NOT NULL,            -- 1: a work tree or an alias; what lies below belongs to it
    resolved_by TEXT NOT NULL            -- git, root, remote, alias, nothing
) STRICT;
CREATE INDEX metadata_directories_repository ON metadata_directories (repository_id);
CREATE TABLE metadata_sessions (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    provider TEXT NOT NULL,              -- which product wrote it
    session_id TEXT NOT NULL,            -- the provider's own id
    parent_session_id TEXT,              -- the session that forked or spawned it, where recorded
    is_subagent INTEGER NOT NULL,        -- 1: started by the parent session, not by a person
    directory_id INTEGER REFERENCES metadata_directories (id), -- working directory at the earliest record
    directory_seen_at INTEGER,           -- UTC milliseconds of that record
    machine_id INTEGER NOT NULL REFERENCES metadata_machines (id), -- where it was read
    client_version TEXT,                 -- version of the product, as first met
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds of the last change of this row
    UNIQUE (provider, session_id)
) STRICT;
CREATE INDEX metadata_sessions_directory ON metadata_sessions (directory_id);
CREATE INDEX metadata_sessions_parent ON metadata_sessions (provider, parent_session_id)
    WHERE parent_session_id IS NOT NULL;
CREATE TABLE metadata_models (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    provider TEXT NOT NULL,              -- which product used it
    model_name TEXT NOT NULL,            -- as the provider wrote it; (unknown) when it wrote none
    UNIQUE (provider, model_name)
) STRICT;
CREATE TABLE metadata_files (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    repository_id INTEGER REFERENCES metadata_repositories (id), -- NULL: in no known repository
    file_path TEXT NOT NULL,             -- relative to the repository, else absolute
    extension TEXT NOT NULL,             -- lower case without the dot; empty when there is none
    is_generated INTEGER NOT NULL        -- 1: by its name a lock file, vendored or written by a tool
) STRICT;
CREATE UNIQUE INDEX metadata_files_path ON metadata_files (coalesce(repository_id, 0), file_path);
CREATE TABLE metadata_users (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    user_email TEXT NOT NULL,            -- as committed, lower case
    user_name TEXT NOT NULL,             -- as committed
    UNIQUE (user_email, user_name)
) STRICT;
CREATE TABLE metadata_tasks (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    task_key TEXT NOT NULL UNIQUE        -- the work item's key, such as ABC-12
) STRICT;
CREATE TABLE metadata_branches (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where it is
    branch_name TEXT NOT NULL,           -- short name, without refs/heads/
    task_id INTEGER REFERENCES metadata_tasks (id), -- the task its name states, if any
    branch_kind TEXT NOT NULL DEFAULT 'work', -- mainline, integration, task, work
    is_deleted INTEGER NOT NULL DEFAULT 0, -- 1: it was seen in a clone and is in none any more
    UNIQUE (repository_id, branch_name)
) STRICT;
CREATE TABLE metadata_calendar (
    time_zone TEXT NOT NULL,             -- IANA name
    local_day TEXT NOT NULL,             -- date, YYYY-MM-DD
    local_week TEXT NOT NULL,            -- date of the Monday that starts the week
    local_month TEXT NOT NULL,           -- YYYY-MM
    day_number INTEGER NOT NULL,         -- days since 1970-01-01, so that "7 days" is a difference
    start_at TEXT NOT NULL,              -- first instant of the day, UTC
    end_at TEXT NOT NULL,                -- first instant of the next day, UTC
    PRIMARY KEY (time_zone, local_day)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX metadata_calendar_start ON metadata_calendar (time_zone, start_at);
CREATE TABLE ingest_cursor (
    id INTEGER PRIMARY KEY,              -- the source's surrogate: facts name it
    provider TEXT NOT NULL,              -- the provider, or git
    source_path TEXT NOT NULL,           -- the file, or the repository's common git directory
    inode INTEGER NOT NULL,              -- identity of the file when last read; 0 for a repository
    byte_size INTEGER NOT NULL,          -- its size when last looked at
    mtime_ns INTEGER NOT NULL,           -- its modification time when last looked at
    byte_offset INTEGER NOT NULL,        -- everything before it is ingested; a line starts here
    head_hash BLOB NOT NULL,             -- of the first min(1 KiB, byte_offset) bytes
    tail_hash BLOB NOT NULL,             -- of the last min(1 KiB, byte_offset) bytes before byte_offset
    parser_state TEXT NOT NULL,          -- JSON: what the parser knows at byte_offset; no text of anyone
    parser_version INTEGER NOT NULL,     -- a newer parser reads the source again
    is_missing INTEGER NOT NULL DEFAULT 0, -- 1: the source is gone; its facts stay
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds of the last step
    UNIQUE (source_path, provider)
) STRICT;
CREATE TABLE ingest_problem (
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- where
    byte_offset INTEGER NOT NULL,        -- start of the bad line; -1: the whole source; less: a note or trace
    reason TEXT NOT NULL,                -- what is wrong, quoting nothing of the input
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds when it was met
    PRIMARY KEY (source_id, byte_offset)
) STRICT, WITHOUT ROWID;
CREATE TABLE ingest_unknown_record (
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- where
    record_type TEXT NOT NULL,           -- as the provider calls it
    record_count INTEGER NOT NULL,       -- lines of that type in the source so far
    PRIMARY KEY (source_id, record_type)
) STRICT, WITHOUT ROWID;
CREATE TABLE fact_session_message (
    message_key INTEGER PRIMARY KEY,     -- 64-bit hash of the provider's identity of the record
    session_id INTEGER NOT NULL REFERENCES metadata_sessions (id), -- the session that owns it
    agent_id TEXT,                       -- the sub-agent that spoke; NULL: the main conversation
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds
    position INTEGER NOT NULL,           -- order inside one instant
    role TEXT NOT NULL,                  -- user, assistant
    is_prompt INTEGER NOT NULL,          -- 1: typed by a person; opens a turn
    word_count INTEGER NOT NULL,         -- words separated by white space
    is_error_paste INTEGER NOT NULL,     -- 1: the text shows an error (rules: aea/sources/text.py)
    is_continuation INTEGER NOT NULL,    -- 1: the text says that the same trouble goes on
    debug_signature INTEGER,             -- 64-bit hash of the normalised error line; NULL: none
    directory_id INTEGER REFERENCES metadata_directories (id), -- working directory at that record
    branch_name TEXT,                    -- branch at that record
    owner_rank INTEGER NOT NULL,         -- order of the sessions that hold a copy; the least owns
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- where it was read
    source_offset INTEGER NOT NULL,      -- byte at which the line starts
    ingested_at INTEGER NOT NULL         -- UTC milliseconds of the last change of this row
) STRICT;
CREATE INDEX fact_session_message_session ON fact_session_message (session_id, occurred_at);
CREATE TABLE fact_session_usage (
    message_key INTEGER NOT NULL,        -- 64-bit hash of the response's identity
    request_key INTEGER NOT NULL,        -- 64-bit hash of the request id; 0 when there is none
    session_id INTEGER NOT NULL REFERENCES metadata_sessions (id), -- the session that owns it
    agent_id TEXT,                       -- the sub-agent that asked; NULL: the main conversation
    model_id INTEGER NOT NULL REFERENCES metadata_models (id), -- the model that answered
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds of its first record
    input_tokens INTEGER NOT NULL,       -- prompt tokens that were not cached
    output_tokens INTEGER NOT NULL,      -- tokens written, reasoning included; the greatest seen
    cache_read_tokens INTEGER NOT NULL,  -- prompt tokens read from the cache
    cache_write_5m_tokens INTEGER NOT NULL, -- prompt tokens written to the five-minute cache
    cache_write_1h_tokens INTEGER NOT NULL, -- prompt tokens written to the one-hour cache
    reasoning_tokens INTEGER,            -- part of output; NULL: the provider does not say
    speed TEXT,                          -- service speed, where recorded
    web_search_count INTEGER NOT NULL,   -- searches billed beside the tokens
    is_sidechain INTEGER NOT NULL,       -- 1: recorded in a side conversation
    owner_rank INTEGER NOT NULL,         -- order of the sessions that hold a copy; the least owns
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- where it was read
    source_offset INTEGER NOT NULL,      -- byte at which the line starts
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds of the last change of this row
    PRIMARY KEY (message_key, request_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_session_usage_session ON fact_session_usage (session_id, occurred_at);
CREATE TABLE fact_session_tool_call (
    call_key INTEGER PRIMARY KEY,        -- 64-bit hash of the provider's identity of the call
    session_id INTEGER NOT NULL REFERENCES metadata_sessions (id), -- the session that owns it
    agent_id TEXT,                       -- the sub-agent that called; NULL: the main conversation
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds when it was asked for
    tool_name TEXT NOT NULL,             -- as the provider calls it
    status TEXT NOT NULL,                -- pending, ok, failed, rejected
    finished_at INTEGER,                 -- UTC milliseconds of its result; NULL while pending
    spawned_agent_id TEXT,               -- the sub-agent this call started
    owner_rank INTEGER NOT NULL,         -- order of the sessions that hold a copy; the least owns
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- where it was read
    source_offset INTEGER NOT NULL,      -- byte at which the line starts
    ingested_at INTEGER NOT NULL         -- UTC milliseconds of the last change of this row
) STRICT;
CREATE INDEX fact_session_tool_call_session ON fact_session_tool_call (session_id, occurred_at);
CREATE TABLE fact_session_code_change (
    change_key INTEGER PRIMARY KEY,      -- 64-bit hash of the call and the file's place in it
    call_key INTEGER NOT NULL,           -- the tool call that wrote
    session_id INTEGER NOT NULL REFERENCES metadata_sessions (id), -- the session that owns it
    agent_id TEXT,                       -- the sub-agent that wrote; NULL: the main conversation
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds when the write was reported done
    file_id INTEGER NOT NULL REFERENCES metadata_files (id), -- the file after the write
    old_file_id INTEGER REFERENCES metadata_files (id), -- where it was, when the write moved it
    operation TEXT NOT NULL,             -- create, update, delete
    tool_name TEXT NOT NULL,             -- the tool that wrote
    lines_added INTEGER NOT NULL,        -- lines the write added
    lines_removed INTEGER NOT NULL,      -- lines the write removed
    added_hashes BLOB NOT NULL,          -- 8 bytes a line, in order (aea/lines.py)
    removed_hashes BLOB NOT NULL,        -- the same for the removed lines
    added_runs BLOB,                     -- positions after the write; NULL: not recorded
    removed_runs BLOB,                   -- positions before the write; NULL: not recorded
    lead_key INTEGER,                    -- hash of how the file begins (aea/lines.py); NULL: not written
    is_before_known INTEGER NOT NULL,    -- 1: the log holds the whole file as it was before
    is_user_modified INTEGER NOT NULL,   -- 1: a person changed the proposal before accepting it
    branch_name TEXT,                    -- branch at that record
    owner_rank INTEGER NOT NULL,         -- order of the sessions that hold a copy; the least owns
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- where it was read
    source_offset INTEGER NOT NULL,      -- byte at which the line starts
    ingested_at INTEGER NOT NULL         -- UTC milliseconds of the last change of this row
) STRICT;
CREATE INDEX fact_session_code_change_session
    ON fact_session_code_change (session_id, occurred_at);
CREATE INDEX fact_session_code_change_file ON fact_session_code_change (file_id, occurred_at);
CREATE INDEX fact_session_code_change_lead ON fact_session_code_change (lead_key, occurred_at)
    WHERE lead_key IS NOT NULL;
CREATE INDEX fact_session_code_change_moved ON fact_session_code_change (old_file_id)
    WHERE old_file_id IS NOT NULL;
CREATE TABLE fact_commit (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where it is
    commit_sha TEXT NOT NULL,            -- 40 or 64 hex digits
    parent_shas TEXT NOT NULL,           -- separated by blanks, first parent first; empty for a root
    parent_count INTEGER NOT NULL,       -- 0 root, 1 ordinary, more for a merge
    author_id INTEGER NOT NULL REFERENCES metadata_users (id), -- who wrote it
    authored_at INTEGER NOT NULL,        -- UTC milliseconds
    committer_id INTEGER NOT NULL REFERENCES metadata_users (id), -- who committed it
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds of the commit (committer date)
    ordered_at INTEGER NOT NULL,         -- the same, or its parents' when that is later: clocks differ
    depth INTEGER NOT NULL,              -- how many commits before it have the same ordered_at
    patch_key INTEGER,                   -- 64-bit hash of all lines it changes; NULL: it changes none
    inverse_key INTEGER,                 -- patch_key of a commit that this one undoes line by line
    subject_key INTEGER,                 -- 64-bit hash of the subject without (#12); NULL: there is none
    fix_evidence TEXT,                   -- how its message says that it mends a bug: conventional, subject, issue, body; NULL: it does not
    pull_number INTEGER,                 -- the pull or merge request its message names; NULL: none
    merged_branch TEXT,                  -- the branch that a merge's message names; NULL: none
    is_reachable INTEGER NOT NULL,       -- 0: no ref leads to it any more (amended, dropped)
    is_diff_known INTEGER NOT NULL,      -- 0: a parent or an object is missing here (shallow, partial)
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- the repository it was read from
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds of the last change of this row
    UNIQUE (repository_id, commit_sha)
) STRICT;
CREATE INDEX fact_commit_ordered ON fact_commit (repository_id, ordered_at + 0); -- for list_off alone
CREATE INDEX fact_commit_patch ON fact_commit (repository_id, patch_key)
    WHERE patch_key IS NOT NULL;
CREATE INDEX fact_commit_inverse ON fact_commit (repository_id, inverse_key)
    WHERE inverse_key IS NOT NULL;
CREATE INDEX fact_commit_subject ON fact_commit (repository_id, subject_key)
    WHERE subject_key IS NOT NULL;
CREATE INDEX fact_commit_pull ON fact_commit (repository_id, pull_number)
    WHERE pull_number IS NOT NULL;
CREATE TABLE fact_commit_file_change (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    commit_id INTEGER NOT NULL REFERENCES fact_commit (id), -- the commit
    file_id INTEGER NOT NULL REFERENCES metadata_files (id), -- the file after the commit
    old_file_id INTEGER REFERENCES metadata_files (id), -- where it was, for a rename or copy
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds of the commit
    ordered_at INTEGER NOT NULL,         -- that of the commit
    change_kind TEXT NOT NULL,           -- add, modify, delete, rename, copy, type
    is_binary INTEGER NOT NULL,          -- 1: git counts no lines
    lines_added INTEGER,                 -- NULL: unknown
    lines_removed INTEGER,               -- NULL: unknown
    added_runs BLOB NOT NULL,            -- positions after the commit (aea/lines.py)
    added_hashes BLOB NOT NULL,          -- 8 bytes a line, in order
    removed_runs BLOB NOT NULL,          -- positions before the commit; empty for a merge
    removed_hashes BLOB NOT NULL,        -- 8 bytes a line, in order
    lead_key INTEGER,                    -- hash of how an added file begins (aea/lines.py)
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    UNIQUE (commit_id, file_id)
) STRICT;
CREATE INDEX fact_commit_file_change_file ON fact_commit_file_change (file_id, ordered_at);
CREATE INDEX fact_commit_file_change_lead ON fact_commit_file_change (lead_key, ordered_at)
    WHERE lead_key IS NOT NULL;
CREATE INDEX fact_commit_file_change_renamed ON fact_commit_file_change (file_id)
    WHERE old_file_id IS NOT NULL;
CREATE INDEX fact_commit_file_change_moved ON fact_commit_file_change (old_file_id)
    WHERE old_file_id IS NOT NULL;
CREATE TABLE fact_ref_update (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    ref_name TEXT NOT NULL,              -- refs/heads/x, HEAD, or worktrees/<id>/HEAD
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds
    old_sha TEXT NOT NULL,               -- empty: the ref was made
    new_sha TEXT NOT NULL,               -- empty: the ref was removed
    action TEXT NOT NULL,                -- commit, commit (amend), rebase (finish), reset, ...
    branch_name TEXT,                    -- the branch that was moved; NULL: HEAD stood on none, or it is not told
    is_made INTEGER NOT NULL,            -- 1: new_sha came into being by it; 0: the ref only went there
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- the repository it was read from
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, ref_name, occurred_at, old_sha, new_sha)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_ref_update_made ON fact_ref_update (repository_id, new_sha) WHERE is_made = 1;
CREATE TABLE fact_commit_rewrite (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    old_sha TEXT NOT NULL,               -- the commit that was replaced
    new_sha TEXT NOT NULL,               -- the commit that stands for it now
    rewrite_kind TEXT NOT NULL,          -- amend, rebase
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- the repository it was read from
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, old_sha, new_sha)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_commit_rewrite_new ON fact_commit_rewrite (repository_id, new_sha);
-- fact_commit_line_match
-- grain: one row per run of added lines of one file of one commit that have one owner and one reason
-- key: commit_id, file_id, first_line; no line is in two runs
-- derived from the other facts by aea/attribution; a line in no run is nobody's that is known
CREATE TABLE fact_commit_line_match (
    commit_id INTEGER NOT NULL REFERENCES fact_commit (id), -- the commit
    file_id INTEGER NOT NULL REFERENCES metadata_files (id), -- the file after the commit
    first_line INTEGER NOT NULL,         -- line number after the commit
    line_count INTEGER NOT NULL,         -- lines of the run
    session_id INTEGER NOT NULL REFERENCES metadata_sessions (id), -- who wrote them
    agent_id TEXT,                       -- the sub-agent that wrote; NULL: the main conversation
    stage TEXT NOT NULL,                 -- lineage, replay, run, move, format, fill (docs/attribution.md)
    confidence REAL NOT NULL,            -- 0 to 1
    is_carried INTEGER NOT NULL,         -- 1: an older commit of this history had added the lines already
    change_key INTEGER,                  -- the write that these lines use up; NULL: inherited or concluded
    change_line INTEGER,                 -- which of its added lines the first one is, from 0
    origin_id INTEGER REFERENCES fact_commit (id), -- the commit the owner was inherited from
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds of the commit
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (commit_id, file_id, first_line)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_commit_line_match_change ON fact_commit_line_match (change_key)
    WHERE change_key IS NOT NULL;
CREATE INDEX fact_commit_line_match_file ON fact_commit_line_match (file_id, occurred_at);
CREATE INDEX fact_commit_line_match_session ON fact_commit_line_match (session_id);
CREATE INDEX fact_commit_line_match_origin ON fact_commit_line_match (origin_id)
    WHERE origin_id IS NOT NULL AND is_carried = 0;
CREATE TABLE fact_commit_session_match (
    commit_id INTEGER NOT NULL REFERENCES fact_commit (id), -- the commit
    session_id INTEGER NOT NULL,         -- metadata_sessions.id; 0: unattributed, which does not mean a person
    matched_lines INTEGER NOT NULL,      -- its lines, each new with this commit
    certain_lines INTEGER NOT NULL,      -- those of them with a confidence of 0.7 and more
    carried_lines INTEGER NOT NULL,      -- lines it wrote that this commit only moved or put back
    generated_lines INTEGER NOT NULL,    -- its lines in generated files
    share_of_commit REAL,                -- matched_lines by the commit's lines; NULL: it adds none
    confidence REAL,                     -- mean over matched_lines; NULL: unattributed
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds of the commit
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (commit_id, session_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_commit_session_match_session ON fact_commit_session_match (session_id)
    WHERE session_id > 0; -- most rows are nobody's: statistics over all would speak for a scan
CREATE TABLE fact_commit_evidence (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    commit_sha TEXT NOT NULL,            -- as recorded; of an agent trace often the commit that the work began from
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- the repository it was read from
    record_key INTEGER NOT NULL,         -- 64-bit hash of the columns from evidence_kind to occurred_at
    evidence_kind TEXT NOT NULL,         -- git_ai_note, agent_trace, trailer, entire_checkpoint
    tool_name TEXT,                      -- claude, codex, cursor, ...; NULL: unknown
    external_session TEXT,               -- the session or checkpoint by the recording tool's own id; NULL: none named
    model_name TEXT,                     -- as recorded; NULL: none named
    file_path TEXT,                      -- relative to the repository, after the commit; NULL: the whole commit
    first_line INTEGER,                  -- counted from 1, after the commit; NULL: no lines named
    line_count INTEGER,                  -- NULL: no lines named
    contributor TEXT NOT NULL,           -- ai, human, mixed, unknown
    occurred_at INTEGER,                 -- UTC milliseconds: of the trace, of a trailer's commit; NULL: a note tells none
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, commit_sha, source_id, record_key)
) STRICT, WITHOUT ROWID;
-- fact_commit_revert
-- grain: one row per (commit, commit that its message says it reverts)
-- key: repository_id, commit_sha, reverted_sha
CREATE TABLE fact_commit_revert (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    commit_sha TEXT NOT NULL,            -- the commit that reverts
    reverted_sha TEXT NOT NULL,          -- as its trailer says; empty: only the subject tells
    subject_key INTEGER,                 -- hash of the subject it quotes (fact_commit.subject_key); NULL: none
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds of the commit that reverts
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- the repository it was read from
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, commit_sha, reverted_sha)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_commit_revert_reverted ON fact_commit_revert (repository_id, reverted_sha);
CREATE INDEX fact_commit_revert_subject ON fact_commit_revert (repository_id, subject_key)
    WHERE subject_key IS NOT NULL;
CREATE TABLE metadata_settings (
    setting_name TEXT PRIMARY KEY,       -- such as churn_window_days
    setting_value REAL NOT NULL,         -- as it holds now
    default_value REAL NOT NULL,         -- as shipped
    unit TEXT NOT NULL,                  -- days, share, count, minutes
    meaning TEXT NOT NULL                -- one sentence for people
) STRICT, WITHOUT ROWID;
INSERT INTO metadata_settings VALUES
('heavy_ai_share', 0.5, 0.5, 'share', 'A commit is heavy from this share of AI lines among its added lines.'),
('churn_window_days', 14, 14, 'days', 'A line removed within these days of reaching the mainline is churn.'),
('bug_window_days', 60, 60, 'days', 'A fix within these days of reaching the mainline is a bug signal.');
INSERT INTO metadata_settings VALUES
('prompts_good', 4, 4, 'count', 'Good below this: prompts a session.'),
('prompts_watch', 7, 7, 'count', 'Watch up to this, risk above: prompts a session.'),
('first_change_good', 15, 15, 'minutes', 'Good below this: minutes to the first accepted change.'),
('first_change_watch', 45, 45, 'minutes', 'Watch up to this, risk above: minutes to the first accepted change.'),
('debug_loop_good', 0.1, 0.1, 'share', 'Good below this: sessions with a debug loop.'),
('debug_loop_watch', 0.25, 0.25, 'share', 'Watch up to this, risk above: sessions with a debug loop.'),
('error_paste_good', 0.1, 0.1, 'share', 'Good below this: sessions with a pasted error.'),
('error_paste_watch', 0.25, 0.25, 'share', 'Watch up to this, risk above: sessions with a pasted error.'),
('to_commit_good', 0.5, 0.5, 'share', 'Good from this on: sessions that a commit followed.'),
('to_commit_watch', 0.25, 0.25, 'share', 'Watch from this on, risk below: sessions that a commit followed.'),
('no_output_good', 0.15, 0.15, 'share', 'Good below this: sessions without accepted output.'),
('no_output_watch', 0.35, 0.35, 'share', 'Watch up to this, risk above: sessions without accepted output.'),
('pr_reach_good', 0.7, 0.7, 'share', 'Good from this on: heavy commits with a pull request.'),
('pr_reach_watch', 0.4, 0.4, 'share', 'Watch from this on, risk below: heavy commits with a pull request.'),
('mainline_reach_good', 0.75, 0.75, 'share', 'Good from this on: heavy commits on the mainline.'),
('mainline_reach_watch', 0.5, 0.5, 'share', 'Watch from this on, risk below: heavy commits on the mainline.'),
('pr_merge_good', 0.75, 0.75, 'share', 'Good from this on: pull requests of heavy commits that were merged.'),
('pr_merge_watch', 0.5, 0.5, 'share', 'Watch from this on, risk below: pull requests of heavy commits that were merged.'),
('churn_good', 0.15, 0.15, 'share', 'Good below this: AI lines of heavy commits lost early.'),
('churn_watch', 0.3, 0.3, 'share', 'Watch up to this, risk above: AI lines of heavy commits lost early.'),
('bug_after_merge_good', 0.15, 0.15, 'share', 'Good below this: heavy commits with a bug fix after them.'),
('bug_after_merge_watch', 0.3, 0.3, 'share', 'Watch up to this, risk above: heavy commits with a bug fix after them.'),
('revert_good', 0.02, 0.02, 'share', 'Good below this: heavy commits that were reverted.'),
('revert_watch', 0.05, 0.05, 'share', 'Watch up to this, risk above: heavy commits that were reverted.');
CREATE TABLE fact_mainline_tip (
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- the clone it was read from
    ref_name TEXT NOT NULL,              -- refs/heads/main, refs/remotes/origin/main
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    commit_sha TEXT NOT NULL,            -- where the ref stands
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds when it was seen there first
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (source_id, ref_name)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_mainline_tip_repository ON fact_mainline_tip (repository_id);
CREATE TABLE fact_commit_trunk_change (
    commit_id INTEGER NOT NULL REFERENCES fact_commit (id), -- the merge
    file_id INTEGER NOT NULL REFERENCES metadata_files (id), -- the file after the merge
    old_file_id INTEGER REFERENCES metadata_files (id), -- where it was, for a rename
    added_runs BLOB NOT NULL,            -- positions after the merge (aea/lines.py)
    added_hashes BLOB NOT NULL,          -- 8 bytes a line, in order
    removed_runs BLOB NOT NULL,          -- positions in the first parent
    removed_hashes BLOB NOT NULL,        -- 8 bytes a line, in order
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds of the merge
    ordered_at INTEGER NOT NULL,         -- the merge's
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (commit_id, file_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_commit_trunk_change_file ON fact_commit_trunk_change (file_id, ordered_at);
CREATE TABLE fact_commit_mainline (
    commit_id INTEGER PRIMARY KEY REFERENCES fact_commit (id), -- the commit
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    trunk_id INTEGER NOT NULL REFERENCES fact_commit (id), -- the commit of the trunk that brought it, or itself
    position INTEGER NOT NULL,           -- place of that commit on the trunk, rising
    is_cut INTEGER NOT NULL,             -- 1: a parent is not known here (shallow clone, --since)
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds when it arrived: that commit's ordered_at
    ingested_at INTEGER NOT NULL         -- UTC milliseconds
) STRICT;
CREATE INDEX fact_commit_mainline_position ON fact_commit_mainline (repository_id, position);
CREATE INDEX fact_commit_mainline_trunk ON fact_commit_mainline (trunk_id);
CREATE INDEX fact_commit_mainline_cut ON fact_commit_mainline (repository_id) WHERE is_cut = 1;
CREATE TABLE fact_commit_landing (
    commit_id INTEGER PRIMARY KEY REFERENCES fact_commit (id), -- the commit
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    landed_id INTEGER NOT NULL REFERENCES fact_commit (id), -- the commit of the mainline that has its change
    evidence TEXT NOT NULL,              -- rewrite, same_patch, squash
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds when that arrived on the mainline
    ingested_at INTEGER NOT NULL         -- UTC milliseconds
) STRICT;
CREATE INDEX fact_commit_landing_landed ON fact_commit_landing (landed_id);
CREATE TABLE fact_line_arrival (
    commit_id INTEGER NOT NULL REFERENCES fact_commit (id), -- the commit that added the lines
    file_id INTEGER NOT NULL REFERENCES metadata_files (id), -- their file after that commit
    first_line INTEGER NOT NULL,         -- line number after that commit
    line_count INTEGER NOT NULL,         -- lines of the run
    session_id INTEGER NOT NULL REFERENCES metadata_sessions (id), -- who wrote them
    trunk_id INTEGER NOT NULL REFERENCES fact_commit (id), -- the commit of the trunk that brought them
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds when that reached the mainline
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (commit_id, file_id, first_line)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_line_arrival_trunk ON fact_line_arrival (trunk_id);
CREATE INDEX fact_line_arrival_session ON fact_line_arrival (session_id);
CREATE TABLE fact_line_death (
    commit_id INTEGER NOT NULL REFERENCES fact_commit (id), -- the commit that added the lines
    file_id INTEGER NOT NULL REFERENCES metadata_files (id), -- their file after that commit
    first_line INTEGER NOT NULL,         -- line number after that commit
    line_count INTEGER NOT NULL,         -- lines of the run
    nontrivial_count INTEGER NOT NULL,   -- those of them with three letters or digits
    death_id INTEGER NOT NULL REFERENCES fact_commit (id), -- the commit of the trunk without them
    death_file_id INTEGER NOT NULL REFERENCES metadata_files (id), -- their file after that
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds when that reached the mainline
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (commit_id, file_id, first_line)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_line_death_death ON fact_line_death (death_id);
CREATE TABLE fact_pull_request (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    pr_number INTEGER NOT NULL,          -- number of the pull request, iid of the merge request
    forge TEXT NOT NULL,                 -- github, gitlab
    state TEXT NOT NULL,                 -- open, closed, merged
    is_draft INTEGER NOT NULL,           -- 1: not ready yet
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds when it was opened
    updated_at INTEGER NOT NULL,         -- UTC milliseconds of its last change
    closed_at INTEGER,                   -- UTC milliseconds; NULL: it is open
    merged_at INTEGER,                   -- UTC milliseconds; NULL: it is not merged
    base_ref TEXT NOT NULL,              -- the branch it goes to
    head_ref TEXT NOT NULL,              -- the branch it comes from
    head_sha TEXT NOT NULL,              -- its last commit
    merge_commit_sha TEXT,               -- the merge or squash on the base branch; NULL: not merged
    listed_sha TEXT,                     -- head_sha when its commits were asked for; NULL: never
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, pr_number)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_pull_request_merge ON fact_pull_request (repository_id, merge_commit_sha, occurred_at);
CREATE TABLE fact_pull_request_commit (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    commit_sha TEXT NOT NULL,            -- may be a commit that is not on this machine
    pr_number INTEGER NOT NULL,          -- the pull request
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds when the forge told it first
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, commit_sha, pr_number)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_pull_request_commit_pull ON fact_pull_request_commit (repository_id, pr_number);
CREATE TABLE fact_commit_pull_lookup (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    commit_sha TEXT NOT NULL,            -- 40 or 64 hex digits
    lookup_status TEXT NOT NULL,         -- resolved, no_pr, failed (the forge has no such commit), rate_limited
    attempt_count INTEGER NOT NULL,      -- how often it was answered
    next_at INTEGER NOT NULL,            -- UTC milliseconds: not asked again before, 1, 2, 4 ... 32 days later
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds when it was asked last
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, commit_sha)
) STRICT, WITHOUT ROWID;
CREATE TABLE fact_issue (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    issue_number INTEGER NOT NULL,       -- number of the issue
    forge TEXT NOT NULL,                 -- github, gitlab
    state TEXT NOT NULL,                 -- open, closed
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds when it was opened
    updated_at INTEGER NOT NULL,         -- UTC milliseconds of its last change
    closed_at INTEGER,                   -- UTC milliseconds; NULL: it is open
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, issue_number)
) STRICT, WITHOUT ROWID;
CREATE TABLE fact_issue_fix (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    issue_number INTEGER NOT NULL,       -- the issue, of whatever kind
    pr_number INTEGER NOT NULL,          -- the pull request
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds when the forge told it first
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, issue_number, pr_number)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_issue_fix_pull ON fact_issue_fix (repository_id, pr_number);
CREATE TABLE ingest_forge_state (
    repository_id INTEGER PRIMARY KEY REFERENCES metadata_repositories (id), -- where
    forge TEXT NOT NULL,                 -- github, gitlab
    pulls_newest INTEGER,                -- newest updated_at of the listing under way; NULL: none seen
    pulls_until INTEGER,                 -- all changes up to here are listed, UTC milliseconds; NULL: never
    issues_newest INTEGER,               -- the same two of issues
    issues_until INTEGER,                -- UTC milliseconds; NULL: never
    sync_status TEXT NOT NULL,           -- running, complete, rate_limited, failed: how the last sync ended
    resume_at INTEGER,                   -- UTC milliseconds: not before, says the forge; NULL: at any time
    rate_remaining INTEGER,              -- requests left as last told; NULL: not told
    synced_at INTEGER NOT NULL,          -- UTC milliseconds of the last step
    completed_at INTEGER                 -- UTC milliseconds of the last complete sync; NULL: none
) STRICT;
CREATE TABLE ingest_forge_page (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    page_path TEXT NOT NULL,             -- path and query, without host
    listing TEXT NOT NULL,               -- pulls, issues
    etag TEXT NOT NULL,                  -- what the forge calls this content
    next_path TEXT,                      -- the page to read behind it; NULL: the listing is done
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, page_path)
) STRICT, WITHOUT ROWID;
CREATE TABLE fact_branch_tip (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- the clone it was read from
    ref_name TEXT NOT NULL,              -- refs/heads/x, refs/remotes/origin/x
    commit_sha TEXT NOT NULL,            -- where the ref stands, or stood last
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    branch_name TEXT NOT NULL,           -- short name, without its remote
    own_count INTEGER NOT NULL,          -- commits down its first parents that no integration branch had when seen
    is_present INTEGER NOT NULL,         -- 1: the ref stands there; 0: it was deleted or rewritten
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds when it was first seen there
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds of the last change of this row
    UNIQUE (source_id, ref_name, commit_sha)
) STRICT;
CREATE INDEX fact_branch_tip_branch ON fact_branch_tip (repository_id, branch_name);
CREATE TABLE fact_commit_task_mention (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    commit_sha TEXT NOT NULL,            -- the commit
    task_key TEXT NOT NULL,              -- such as ABC-12 or #12
    evidence TEXT NOT NULL,              -- trailer, message
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds of the commit
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- the repository it was read from
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, commit_sha, task_key)
) STRICT, WITHOUT ROWID;
CREATE TABLE fact_commit_branch (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    commit_sha TEXT NOT NULL,            -- the commit
    evidence TEXT NOT NULL,              -- merge, tip
    anchor_id INTEGER NOT NULL,          -- fact_commit.id of the merge, fact_branch_tip.id of the tip
    branch_name TEXT NOT NULL,           -- the branch that the merge's message names, or of the tip
    position INTEGER NOT NULL,           -- merge: commits behind it on its branch; tip: commits of the branch up to it
    is_gap INTEGER NOT NULL,             -- 1: the walk met this commit, which is not here: it claims nothing
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds of the merge, or when the tip was seen
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, commit_sha, evidence, anchor_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_commit_branch_anchor ON fact_commit_branch (evidence, anchor_id, position);
CREATE TABLE fact_task_commit_assignment (
    commit_id INTEGER NOT NULL REFERENCES fact_commit (id), -- the commit
    task_key TEXT NOT NULL,              -- such as ABC-12 or #12; else the branch; (unknown)
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    evidence TEXT NOT NULL,              -- trailer, message, branch, branch_name, integration, nothing
    branch_name TEXT,                    -- the branch the commit was made on; NULL: unknown
    branch_evidence TEXT NOT NULL,       -- reflog, merge, tip, message, lineage, mainline, nothing
    is_fallback INTEGER NOT NULL,        -- 1: no task is known, the key stands for a branch that many share
    candidate_count INTEGER NOT NULL,    -- branches that the same evidence names, integration branches left out
    distance_margin INTEGER,             -- how much nearer the branch is than the next: 0, 1, 2 or more; NULL: it is the only one
    confidence REAL NOT NULL,            -- 0 to 1
    occurred_at INTEGER NOT NULL,        -- UTC milliseconds of the commit
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (commit_id, task_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_task_commit_assignment_branch ON fact_task_commit_assignment (repository_id, branch_name);
