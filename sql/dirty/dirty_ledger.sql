-- dirty_ledger
-- grain: one row per trunk commit whose arrivals and deaths must be computed before the transaction ends
-- key: commit_key
-- stage: ledger
CREATE TABLE dirty_ledger (
    commit_key INTEGER PRIMARY KEY       -- fact_commit.id
) STRICT;
