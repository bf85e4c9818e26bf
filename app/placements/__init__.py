"""Placement: the committee recommends, the guardian says an opinion, the authority decides with a date.

A decision rests on a recommendation and an opinion (条例 arts 20, 21); one that departs from the recommendation needs
a reason; home-delivered teaching needs a reason and a review within twelve months (国办发〔2021〕60号).
All three are frozen when written; a decision is ended by the next.
"""
