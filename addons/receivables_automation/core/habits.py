"""Days and counts that say what a habit of paying is."""

# Of Latin America's invoices, Appel et al. 2020 call those late that are paid more than
# five days after their due date: with weekly payment runs, the day itself says little.
PROMPT_DAYS = 5
# What fell due in these last days is compared with what did before.
RECENT_DAYS = 90
# Whoever buys while something is overdue for longer than this does so knowingly.
LONG_OVERDUE_DAYS = 30
# A payment so soon after a reminder is its answer.
ANSWER_DAYS = 5
# Late items that are settled on one day with so many were left to pile up.
PILED_ITEMS = 3
# Paid items of which the trend compares the mean, and as many before them.
TREND_ITEMS = 6
# The sheet shows how late so many calendar months were paid.
MONTHS = 12
