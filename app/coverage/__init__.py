"""Coverage: how many known children of school age have a place, by unit, each number with its list."""
