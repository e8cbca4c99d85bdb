-- dirty_mainline
-- grain: one row per repository whose mainline must be placed before the transaction ends
-- key: repository_id
-- stage: mainline
-- all: SELECT DISTINCT repository_id FROM fact_mainline_head
CREATE TABLE dirty_mainline (
    repository_id INTEGER PRIMARY KEY    -- metadata_repositories.id
) STRICT;
