"""Small periodic routing problems made by hand, as text in the format of the published ones."""

import random

# Two days; one vehicle a day that carries 10. A and B lie east, C and D west: the best plan drives east on one day and
# west on the other.
EAST_AND_WEST = """1 1 4 2
0 10
0 10
0 0 0 0 0 0 0 0
1 10 1 0 5 1 2 1 2
2 10 -1 0 5 1 2 1 2
3 -10 1 0 5 1 2 1 2
4 -10 -1 0 5 1 2 1 2
"""


def made_up(seed: int, customers: int, days: int = 2, vehicles: int = 2) -> str:
    """A random problem as text: a third of the customers every day, the others on one day of their choice."""
    rng = random.Random(seed)
    lines = [f"1 {vehicles} {customers} {days}", *["120 20"] * days, "0 0 0 0 0 0 0"]
    for number in range(1, customers + 1):
        every = number % 3 == 0
        codes = [(1 << days) - 1] if every else [1 << day for day in range(days)]
        words = [
            number,
            rng.randint(-20, 20),
            rng.randint(-20, 20),
            2,
            rng.randint(1, 5),
            days if every else 1,
            len(codes),
            *codes,
        ]
        lines.append(" ".join(map(str, words)))
    return "\n".join(lines) + "\n"
