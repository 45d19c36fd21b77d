"""Routing: to each declared recipient its own cut of what was released, on time, complete, with a receipt.

A recipient is one file of `recipients/`, what its class may have one entry of `classes.yml`. Nobody gets a row that was
not declared for them, nothing goes to another place than the one declared, and what cannot be sent waits and is said.
"""
