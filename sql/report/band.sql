-- band
-- grain: one row
-- parameters: metric, better (higher, lower, neither), value (NULL: unknown)
-- if lower is better: good below the first threshold, watch up to the second, risk above
-- if higher is better: good from the first on, watch from the second on, risk below
-- status is NULL if the metric has no band or no value
SELECT
    g.setting_value AS good,
    w.setting_value AS watch,
    CASE
        WHEN :value IS NULL THEN NULL
        WHEN :better = 'lower' AND :value < g.setting_value THEN 'good'
        WHEN :better = 'lower' AND :value <= w.setting_value THEN 'watch'
        WHEN :better = 'higher' AND :value >= g.setting_value THEN 'good'
        WHEN :better = 'higher' AND :value >= w.setting_value THEN 'watch'
        WHEN g.setting_value + w.setting_value IS NOT NULL THEN 'risk'
    END AS status
FROM (SELECT 1) AS one
LEFT JOIN metadata_settings AS g ON g.setting_name = :metric || '_good'
LEFT JOIN metadata_settings AS w ON w.setting_name = :metric || '_watch';
