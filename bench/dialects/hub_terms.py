"""The hub's own schema, which Mercurius, Strawberry and (without GraphQL) the raw service serve too."""

from __future__ import annotations

import base64
import json

from dialects import Wording

_ROW = "code title status progress plan{code title} jurisdiction{code name} ods{goal{number name} target}"


def cursor(code: str) -> str:
    """The cursor of a commitment in the order of codes."""
    packed = json.dumps([1, "CODE ASC", None, code], separators=(",", ":"), ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


HUB = {
    "Q1": Wording(
        "query($o:[Int!],$s:[CommitmentStatus!],$y:[Int!]){commitments(filter:{ods:$o,status:$s,year:$y},first:50)"
        "{totalCount nodes{" + _ROW + "} pageInfo{hasNextPage}}}",
        lambda v: {"o": [v["goal"]], "s": [v["status"]], "y": [v["year"]]},
        frozenset("s"),
    ),
    "Q2": Wording(
        "query($c:String!){commitment(code:$c){code title description status progress jurisdiction{name} plan{title} "
        "progressReports{date progress status summary} history{validFrom validTo changedFields status}}}",
        lambda v: {"c": v["code"]},
    ),
    "Q3": Wording(
        "query($y:[Int!]){nationalView(filter:{year:$y}){commitments byStatus{status count} byOds{goal{number name} count} "
        "byState{jurisdiction{code name} commitments completed}}}",
        lambda v: {"y": [v["year"]]},
    ),
    "Q4": Wording(
        "query($s:[String!]){commitments(filter:{state:$s},first:500){nodes{code title status progress startDate endDate "
        "kind url}}}",
        lambda v: {"s": [v["state"]]},
    ),
    "Q5": Wording(
        "query($t:String){commitments(filter:{text:$t},first:20){totalCount nodes{code title status}}}",
        lambda v: {"t": v["words"]},
    ),
    "Q6": Wording(
        "query($a:String){commitments(first:50,after:$a){nodes{code title status} pageInfo{hasNextPage endCursor}}}",
        lambda v: {"a": cursor(v["code"])},
    ),
    "Q7": Wording(
        "query($s:[CommitmentStatus!],$o:[Int!]){commitments(filter:{status:$s,ods:$o}){totalCount facets{ods{key count} "
        "status{key count} year{key count} state{key count}}}}",
        lambda v: {"s": [v["status"]], "o": [v["goal"]]},
        frozenset("s"),
    ),
}
