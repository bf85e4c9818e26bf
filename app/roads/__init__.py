"""The ways between schools and homes: minutes that somebody entered, measured by road, or estimated.

A *leg* is a way between two ends; a *village* is a group of homes and schools whose legs are entered at once. A map
extract or a road service measures all ways of a unit, kept as its road table.
"""
