"""Assessments: which instrument, when, by whom, scores by domain, what the child can do and needs.

Instruments are names and domains only (facts 5.4): their items are copyrighted and never kept here.
"""
