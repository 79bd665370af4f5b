"""The five directives Paygir carries out: their clauses, and what in the code answers for each."""
