"""The words of the screens: source strings are English, the complete Chinese catalogue is put together from `parts/`.

Each file of `parts/` is a JSON object, English message -> Chinese; one file per part of the house, so that two people
never edit the same one. `python -m app.translations.build` gathers the messages from the code and templates and writes
`zh_Hans/LC_MESSAGES/messages.po` (kept) and `messages.mo` (made again wherever it is missing).
"""
