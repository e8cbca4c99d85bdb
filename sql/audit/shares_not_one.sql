-- shares_not_one
-- table: fact_commit_session_match
-- finding: the shares of a commit do not add up to one
SELECT commit_id
FROM fact_commit_session_match
GROUP BY commit_id
HAVING abs(sum(share_of_commit) - 1) > 1e-9 OR min(matched_lines) < 0;
