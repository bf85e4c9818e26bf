"""Schools, the units that manage them (with dates), divisions, teachers, calendars and rules by district.

A *division* is an area with a statistical code (GB/T 2260 and below), valid for a period. A *managing unit* is an
education authority; it has its own dates and is not the same as a division. Units change on a day (2025-11-06:
江北区 and 渝北区 → 两江新区); schools keep their history of units. A school keeps its ten-digit code for life.
"""
