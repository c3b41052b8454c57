# SPDX-License-Identifier: MIT
"""What a case tells dev/bench: the rounds of each server, and the goals."""

import statistics


class Result:
    def __init__(self):
        self.servers, self.goals, self.notes = {}, [], {}

    def goal(self, figure, values, unit="", most=None, least=None, total=False):
        """The middle of the values, or their sum, shall be within."""
        value = None
        if values:
            value = sum(values) if total else statistics.median(values)
        self.goals.append({"figure": figure, "value": value, "values": values, "unit": unit,
                           "most": most, "least": least, "is_sum": total})

    def no_failures(self, name="sockd", when=""):
        self.goal(f"failures{when}", [r["failed"] for r in self.servers[name]], most=0, total=True)

    def ratio(self, figure, what, name, other, **limits):
        """Of each pair of rounds that followed each other."""
        pairs = zip(self.servers[name], self.servers[other])
        self.goal(figure, [a[what] / b[what] for a, b in pairs if a[what] and b[what]],
                  "x", **limits)

    def as_dict(self, case):
        return {"case": case, **vars(self)}
