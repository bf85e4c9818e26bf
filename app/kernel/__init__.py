"""Floor 0: small pure helpers that know nothing of the app, the database or the web.

Map
    problems     how a rule says no: Problem, Severity, Refused, Checked, N_ (marks text for translation)
    periods      half-open periods of days: Period, merge, gaps
    dates        ages, school years, cohorts, reading a day from what people and spreadsheets write
    calendars    WorkingCalendar for legal clocks, TeachingCalendar for visits; they are not the same
    identifiers  resident ID, disability certificate, national student number
    school_codes the identification code of a school
    names        check, split and mask of Chinese and other names
    pinyin       how a name is read and where it stands in order
    masks        numbers, phones and addresses as lists may show them
    telephones   telephone numbers as people write them, one rule for forms and sheets
    provisional  the days off of a year before its notice
    money        amounts in whole fen, split exactly
    labels       msgids of the members of enumerations
    ids          time-ordered identifiers for rows
    text         canonical JSON and content hashes

Style
    ``check_*`` and ``parse_*`` never raise on bad input: they return ``Checked(value, problems)``. ``.ok`` says
    whether the value may be used, ``.problem`` is the first error, ``.warnings`` the rest; ``.value_or_refuse()``
    turns an error into ``Refused`` where an action wants that. Periods are half-open: the end day is outside.
    ``today`` is always a parameter; only ``ids.new_id`` looks at a clock, because an identifier has to be new.
"""
