-- author
-- title: Author
-- reports: delivery, quality
SELECT
    NULL AS group_repository,
    author AS group_key;
