"""Solvers of public problems that the product does not use: they tell how far the craft of its timetable engine goes.

`periodic`: customers choose their days, vehicles drive them (`script/bench pvrp`). `synchronised`: visits that need two
at once or in sequence (`script/bench hhcrsp`), and times at which two single teachers meet at a home, a step towards
the product that no page asks for. Both borrow the engine's way to compile; nothing in `app/` imports them.
"""
