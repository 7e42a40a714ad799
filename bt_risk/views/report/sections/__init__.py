"""The sections of a run's page, one a file: each returns HTML, or nothing where the run has nothing for it."""
