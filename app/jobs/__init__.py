"""Background work. A job is a row in our database first, queued in the transaction of the change that asks for it.

The queue (Huey) only carries its id: a killed worker or an emptied queue loses nothing, and a job that runs twice does
no harm, because each claims its row and its handler is repeatable.
"""
