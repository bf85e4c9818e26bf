"""Steps with clocks (有期限的事项): what somebody has to do by a day, opened, reminded of, escalated and closed.

A slice above registers its kinds (kinds.py): a statement says what ought to be open on a day, the clock until when.
The daily tick brings the table to what ought to be; an action that settles something says so at once (`settle`).
Whoever reads asks the same statement again, so that nothing is shown that is done already.
"""
