-- fact_commit
-- grain: one row per commit of a repository
-- key: repository_id, commit_sha
-- merge: first
-- unite: delete
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
CREATE INDEX fact_commit_patch ON fact_commit (repository_id, patch_key)
    WHERE patch_key IS NOT NULL;
CREATE INDEX fact_commit_inverse ON fact_commit (repository_id, inverse_key)
    WHERE inverse_key IS NOT NULL;
CREATE INDEX fact_commit_subject ON fact_commit (repository_id, subject_key)
    WHERE subject_key IS NOT NULL;
CREATE INDEX fact_commit_pull ON fact_commit (repository_id, pull_number)
    WHERE pull_number IS NOT NULL;
CREATE INDEX fact_commit_ordered ON fact_commit (repository_id, ordered_at + 0); -- for list_off alone
