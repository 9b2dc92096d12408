"""What the staff gets on paper and in a spreadsheet: pure drawing on the frames of gold and silver."""
