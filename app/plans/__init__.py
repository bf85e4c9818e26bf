"""The individualized education programme (个别化教育计划): sections, goals, objectives, services, versions.

A *version* is draft → submitted → approved. Approval by another person freezes it with the hash of its content and
puts it *in force* for a period (`PlanForce`); exactly one is in force per child and day, by constraint. A change makes
the next version. Goals, objectives and services keep their keys from version to version.
"""
