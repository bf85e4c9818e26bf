"""Teams of visiting teachers: who visits together, when they and the families can meet, who plans a unit.

A *team* has one to four teachers, the first leads. Teachers have hours and leave, families have times and wishes; a
home can be closed for some days.
"""
