"""What a guardian sees and says: the summary in plain words, next visits, what to practise, agree or not.

A guardian gets in by a printed one-use invitation; every page is bound to the guardian's own children.
"""
