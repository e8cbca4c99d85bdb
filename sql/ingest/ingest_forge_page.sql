-- ingest_forge_page
-- grain: one row per stored page of a listing. Requests send the etag, so an unchanged page is not sent again
-- key: repository_id, page_path
-- read from: forge
-- unite: delete
CREATE TABLE ingest_forge_page (
    repository_id INTEGER NOT NULL REFERENCES metadata_repositories (id), -- repository of the listing
    page_path TEXT NOT NULL,             -- path and query of its URL
    listing TEXT NOT NULL,               -- pulls, issues
    etag TEXT NOT NULL,                  -- ETag of its content
    next_path TEXT,                      -- path of the next page; NULL: the last page
    ingested_at INTEGER NOT NULL,        -- UTC milliseconds
    PRIMARY KEY (repository_id, page_path)
) STRICT, WITHOUT ROWID;
