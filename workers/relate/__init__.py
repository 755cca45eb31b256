"""Links between cases of different people that say nearly the same, and the campaigns they form.

Identity decides what belongs to one person, and that is triage's; text can only say that two people write alike.
So nothing is ever joined here: relate proposes, triage tells the case.
"""
