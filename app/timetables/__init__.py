"""Timetables of home-delivered teaching: ordered, made by the engine, looked over, changed by hand, published.

A *timetable* is one unit's month: draft → published (a new one supersedes it). Its *visits* are frozen when it is
published. A *booking* is a teacher's or a child's time taken; two never overlap. A visit stands while it holds its
bookings (`queries.standing.stands`).
"""
