"""What changes a published month: what happened, the ways out, whom to phone, families' answers by their link.

A *repair* holds what happened to a published month; the engine finds ways out, one is chosen as a draft and published
like any other. A family confirms a visit or asks to move it; moving one published visit is a small repair.
"""
