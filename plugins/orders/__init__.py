"""Language orders that ship with xeval."""
