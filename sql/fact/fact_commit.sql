-- fact_commit
-- grain: one row per commit of a repository
-- key: repository_id, commit_sha
-- merge: first
-- unite: delete
CREATE TABLE fact_commit (
    id INTEGER PRIMARY KEY,              -- surrogate, local to this database
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- repository of the commit
    commit_sha TEXT NOT NULL,            -- 40 or 64 hex digits
    parent_shas TEXT NOT NULL,           -- separated by spaces, first parent first; empty for a root commit
    parent_count INTEGER NOT NULL,       -- 0: root commit, 1: ordinary commit, 2 or more: merge
    author_id INTEGER NOT NULL REFERENCES metadata_users (id), -- author
    authored_at INTEGER NOT NULL,        -- author date, UTC milliseconds
    committer_id INTEGER NOT NULL REFERENCES metadata_users (id), -- committer
    occurred_at INTEGER NOT NULL,        -- committer date, UTC milliseconds
    ordered_at INTEGER NOT NULL,         -- occurred_at, or that of a parent if it is later because of a wrong clock
    depth INTEGER NOT NULL,              -- number of ancestors with the same ordered_at
    patch_key INTEGER,                   -- 64-bit hash of all changed lines; NULL: a merge, or no added lines
    inverse_key INTEGER,                 -- patch_key of a commit that this one would revert exactly
    subject_key INTEGER,                 -- 64-bit hash of the subject without a suffix such as (#12); NULL: no subject
    fix_evidence TEXT,                   -- where its message says that it fixes a bug: conventional, subject, issue, body; NULL: nowhere
    pull_number INTEGER,                 -- pull or merge request named in its message; NULL: none
    merged_branch TEXT,                  -- branch named in the message of a merge; NULL: none
    is_reachable INTEGER NOT NULL,       -- 0: not reachable from any ref, for example after an amend
    is_diff_known INTEGER NOT NULL,      -- 0: a parent or an object is missing (shallow or partial clone)
    source_id INTEGER NOT NULL REFERENCES ingest_cursor (id), -- clone that it was read from
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds of the last change of this row
    UNIQUE (repository_id, commit_sha)
) STRICT;
CREATE INDEX fact_commit_patch ON fact_commit (repository_id, patch_key)
    WHERE patch_key IS NOT NULL;
CREATE INDEX fact_commit_inverse ON fact_commit (repository_id, inverse_key)
    WHERE inverse_key IS NOT NULL;
CREATE INDEX fact_commit_subject ON fact_commit (repository_id, subject_key)
    WHERE subject_key IS NOT NULL;
CREATE INDEX fact_commit_pull ON fact_commit (repository_id, pull_number)
    WHERE pull_number IS NOT NULL;
CREATE INDEX fact_commit_ordered ON fact_commit (repository_id, ordered_at + 0); -- for list_off alone
CREATE INDEX fact_commit_author ON fact_commit (author_id, authored_at);
