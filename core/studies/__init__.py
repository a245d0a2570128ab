"""Studies: what they are asked, what they ask for, how their results are analysed."""
