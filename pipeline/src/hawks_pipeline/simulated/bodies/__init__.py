"""The league's answers: envelopes, headers, date formats and nulls as the real host sends them."""
