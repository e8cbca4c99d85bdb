-- ingest_forge_page
-- grain: one row per page of a listing whose content is stored: asked for again only if it changed
-- key: repository_id, page_path
-- read from: forge
-- unite: delete
CREATE TABLE ingest_forge_page (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- where
    page_path TEXT NOT NULL,             -- path and query, without host
    listing TEXT NOT NULL,               -- pulls, issues
    etag TEXT NOT NULL,                  -- what the forge calls this content
    next_path TEXT,                      -- the page to read behind it; NULL: the listing is done
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, page_path)
) STRICT, WITHOUT ROWID;
