-- metadata_calendar
-- grain: one row per (time zone, local day)
-- key: time_zone, local_day
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
