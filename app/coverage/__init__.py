"""Coverage: how many known children of school age have a place, by unit, each number with its list.

Standing on a day: every listed child stands in exactly one place (`Standing`), so the parts add up to the list.
Entry rate = placed ÷ (listed − died − moved out − over age). A suspended pupil keeps the roll but is counted apart,
and so is a pupil on the roll without a placement decision: the rate says who has a decided place on that day.
"""
