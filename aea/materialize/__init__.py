"""Keep event tables equal to their definitions: refresh what changed, rebuild all, check."""
