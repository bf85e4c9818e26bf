"""The doors that belong to nobody else: today's page, language, check of a paper's code, health."""
