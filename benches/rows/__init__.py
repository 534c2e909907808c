"""The rows of the table, in order: a name, and the function that measures it."""

from . import history, limits, size, statements, through, trouble

ROWS = {
    "closed": through.closed,
    "postgres": through.on_postgres,
    "open": through.open_loop,
    "provider": trouble.slow_provider,
    "dead": trouble.dead_provider,
    "exact": trouble.exact,
    "many": limits.many,
    "above": limits.above,
    "kills": trouble.kills,
    "memory": size.memory,
    "start": size.start,
    "page": size.page,
    "history": history.history,
    "statements": statements.statements,
}
