-- 0003_authorship
-- "Evidence" means by which observation a rule concluded something. What other tools recorded about who wrote a
-- commit is its authorship.
ALTER TABLE fact_commit_evidence RENAME TO fact_commit_authorship;
ALTER TABLE fact_commit_authorship RENAME COLUMN evidence_kind TO record_kind;
