"""The child: who it is, guardians, disability, diagnosis, home, safety, and in whose sight the file is.

One file for life, with one file number across schools and years. A child is never deleted. *Sight* says who may see
the file, since when and because of what; slices above (roll, visits, assessments, family) give and end it.
"""
