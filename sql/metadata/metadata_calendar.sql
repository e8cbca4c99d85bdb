-- metadata_calendar
-- grain: one row per (time zone, local day)
-- key: time_zone, local_day
CREATE TABLE metadata_calendar (
    time_zone TEXT NOT NULL,             -- IANA name of the zone
    local_day TEXT NOT NULL,             -- YYYY-MM-DD
    local_week TEXT NOT NULL,            -- Monday of the week, YYYY-MM-DD
    local_month TEXT NOT NULL,           -- YYYY-MM
    day_number INTEGER NOT NULL,         -- days since 1970-01-01, to compute with days
    start_at TEXT NOT NULL,              -- first instant of the day, UTC
    end_at TEXT NOT NULL,                -- first instant of the next day, UTC
    PRIMARY KEY (time_zone, local_day)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX metadata_calendar_start ON metadata_calendar (time_zone, start_at);
