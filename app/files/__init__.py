"""The child's file as it is read: the list, its search, the first page with the timeline, how the child stands today.

It has no table of its own. It reads what the slices of the child's way keep (children, roll, placements, plans) in one
query for each page, and stands above them; what they write, they write themselves.
"""
