"""Made-up data of the size of a district or of the municipality, for trying, testing and measuring.

Everything is drawn from a seed: the same seed, scale and day give the same rows (sealed values differ in their random
nonce only). Nobody here can be a real person: every identity number carries the never-issued area code 509999.

geography (homes inside their district's shape) → schools and teachers → children with their families → plans → visits
and what was given → accounts to try it with. Rows are collected and inserted in bulk, table by table, in one
transaction.
"""
