"""The school roll over time: states, movements, and the three school links (roll, attending, delivering).

One live place of each kind per child, by constraint. The state machine is that of the facts (2.6); withdrawal,
expulsion and exemption do not exist for grades 1–9. Movements are never changed: the next one follows.
"""
