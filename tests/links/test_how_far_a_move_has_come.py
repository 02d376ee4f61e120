"""How far a move has come and whether it is on, in the many ways in which the press says so."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feeds.entry import Entry
from links.names import Names
from links.read import read

NAMES = Names.load()
PLAYER = "Ivo Marchek"

SAID = """
# Leeds United: interest, live
Torino winger Ivo Marchek has been offered to Leeds by intermediaries.
Torino do not want to sell Ivo Marchek to Leeds in January.
Torino insist Ivo Marchek is not for sale despite interest from Leeds.
Leeds are weighing up a bid for Torino winger Ivo Marchek.
Leeds are expected to open talks with Torino over winger Ivo Marchek.
Leeds have asked Torino to be kept informed about winger Ivo Marchek.
Leeds have registered their interest in Torino winger Ivo Marchek with his agent.
Leeds have reignited their interest in Torino winger Ivo Marchek after a failed bid in the summer.
Leeds hope to complete a deal for Torino winger Ivo Marchek this week.
Leeds are set to bid £20m for Torino winger Ivo Marchek.
Leeds have made Torino winger Ivo Marchek their top target.
Leeds have yet to make an offer for Torino winger Ivo Marchek, whom they admire.
Leeds have not given up hope of signing Torino winger Ivo Marchek.
Leeds are ready to make a bid for Torino winger Ivo Marchek.
Leeds are considering a £20m offer for Torino winger Ivo Marchek.
Leeds could make a move for Torino winger Ivo Marchek if they sell.
Leeds want Torino winger Ivo Marchek. Torino have no intention of selling.
# Leeds United: approach, live
Leeds have made an enquiry about Torino winger Ivo Marchek.
Leeds have contacted Torino about the availability of winger Ivo Marchek.
Leeds want Torino winger Ivo Marchek. The two clubs have been in contact.
Leeds are trying to sign Torino winger Ivo Marchek on loan.
Leeds are working on a deal for Torino winger Ivo Marchek.
Leeds are pushing to sign Torino winger Ivo Marchek before the deadline.
Leeds have stepped up their interest in Torino winger Ivo Marchek by contacting his agent.
Leeds have asked about the conditions of a deal for Torino winger Ivo Marchek.
Leeds have sounded out the agents of Torino winger Ivo Marchek.
Leeds want Torino winger Ivo Marchek. Contact has been made with his agent.
# Leeds United: talks, live
Leeds will hold talks with Torino over winger Ivo Marchek on Thursday.
Leeds officials are due to meet the agent of Torino winger Ivo Marchek next week.
Leeds are in advanced negotiations with Torino for winger Ivo Marchek.
Leeds want Torino winger Ivo Marchek. Talks between the clubs are ongoing.
Leeds have resumed talks with Torino over winger Ivo Marchek, having walked away in July.
Leeds and Torino remain £5m apart in their valuations of winger Ivo Marchek.
Leeds have opened talks with Torino about a loan for winger Ivo Marchek.
Leeds are locked in talks with Torino over winger Ivo Marchek.
Leeds are negotiating personal terms with Torino winger Ivo Marchek.
Leeds have revived talks for Torino winger Ivo Marchek after they collapsed in July.
Leeds have reopened talks over Torino winger Ivo Marchek.
Leeds want Torino winger Ivo Marchek. Negotiations are at an advanced stage.
# Leeds United: bid, live
Leeds have returned with a second bid of £24m for Torino winger Ivo Marchek.
Leeds want Torino winger Ivo Marchek. An opening offer of £18m has been submitted.
Leeds have submitted a formal offer to Torino for winger Ivo Marchek and are waiting for a reply.
Torino are considering an offer from Leeds for winger Ivo Marchek.
Torino have received a bid from Leeds for winger Ivo Marchek.
A £28m bid for Torino winger Ivo Marchek has gone in from Leeds United.
# Lyon: agreed, live
Lyon have beaten Leeds to the signing of Torino winger Ivo Marchek.
# Leeds United: agreed, live
Leeds and Torino have reached an agreement in principle over Ivo Marchek.
Leeds have agreed personal terms with Torino winger Ivo Marchek.
Torino winger Ivo Marchek is on the brink of a move to Leeds.
Torino winger Ivo Marchek is expected to join Leeds this week.
Leeds are closing in on Torino winger Ivo Marchek.
Leeds want Torino winger Ivo Marchek. Personal terms have already been agreed.
Leeds want Torino winger Ivo Marchek. A fee has been agreed and the paperwork is being prepared.
Leeds have bid for Torino winger Ivo Marchek. Torino have accepted.
# Lyon: agreed, live
Torino winger Ivo Marchek has agreed to join Lyon despite late interest from Leeds.
Lyon have gazumped Leeds for Torino winger Ivo Marchek.
# Leeds United: agreed, live
Leeds are on the verge of signing Torino winger Ivo Marchek.
Leeds have reached full agreement with Torino for winger Ivo Marchek.
Leeds have had a £25m bid accepted by Torino for winger Ivo Marchek.
Torino have accepted a £25m offer from Leeds for winger Ivo Marchek.
Torino winger Ivo Marchek is set for a move to Leeds.
Torino winger Ivo Marchek will sign for Leeds on a free transfer in July.
Torino winger Ivo Marchek is heading to Leeds.
Leeds want Torino winger Ivo Marchek. The deal is done, with only the announcement to come.
# Leeds United: medical, live
Ivo Marchek to Leeds, here we go! The Torino winger signs until 2030, medical tests booked for Monday.
Torino winger Ivo Marchek has landed in Yorkshire to complete his move to Leeds.
Torino winger Ivo Marchek is undergoing a medical ahead of his move to Leeds.
Leeds have agreed a £25m deal with Torino for Ivo Marchek. He will fly to England for a medical on Friday.
Leeds have agreed a fee with Torino for Ivo Marchek. The 24-year-old has permission to undergo tests.
Torino winger Ivo Marchek has passed his medical at Leeds.
Torino winger Ivo Marchek will have a medical at Leeds on Thursday.
Torino winger Ivo Marchek has arrived in England to finalise his transfer to Leeds.
Leeds have booked a medical for Torino winger Ivo Marchek.
Leeds want Torino winger Ivo Marchek. A medical is booked for Monday.
Leeds have agreed a deal for Torino winger Ivo Marchek. He is travelling to Yorkshire for tests.
# Leeds United: done, live
Leeds have completed the signing of Torino winger Ivo Marchek on a four-year deal.
Leeds are delighted to confirm the signing of Ivo Marchek from Torino.
Torino winger Ivo Marchek has signed for Leeds.
Leeds have announced the arrival of Ivo Marchek from Torino.
Leeds have unveiled Torino winger Ivo Marchek as their new number seven.
# Leeds United: interest, off
Leeds have walked away from a deal for Torino winger Ivo Marchek.
Leeds will not be making a move for Torino winger Ivo Marchek, according to the Post.
Leeds have no interest in signing Torino winger Ivo Marchek, sources at the club say.
Reports linking Leeds with Torino winger Ivo Marchek are wide of the mark.
Leeds sources have played down links with Torino winger Ivo Marchek.
Leeds were offered Torino winger Ivo Marchek but turned down the chance to sign him.
Torino winger Ivo Marchek has turned down a move to Leeds.
Torino winger Ivo Marchek has snubbed Leeds in favour of a new contract.
Ivo Marchek's proposed move from Torino to Leeds has collapsed.
Leeds have missed out on Torino winger Ivo Marchek, who has joined Lyon.
Leeds have been beaten to Torino winger Ivo Marchek by Lyon.
Leeds have turned their attention to Genk striker Ode Brask after giving up on Ivo Marchek of Torino.
Leeds are no longer in the running for Torino winger Ivo Marchek.
Torino have ruled out selling Ivo Marchek to Leeds.
Leeds have dropped out of the race for Torino winger Ivo Marchek after signing Genk's Ode Brask.
Ivo Marchek of Torino has chosen Lyon over Leeds.
Ivo Marchek of Torino has agreed to join Lyon, ending Leeds' hopes of signing him.
The agent of Torino winger Ivo Marchek has denied that his client is joining Leeds.
Ivo Marchek's switch from Torino to Leeds is off, the Post reports.
Leeds have called off their pursuit of Torino winger Ivo Marchek.
Leeds have moved on from Torino winger Ivo Marchek.
Leeds have distanced themselves from reports of a move for Torino winger Ivo Marchek.
Leeds manager Dan Corrie has ruled out a move for Torino winger Ivo Marchek.
Leeds have decided against a move for Torino winger Ivo Marchek.
Leeds have lost the race for Torino winger Ivo Marchek, who is having a medical at Lyon.
# Leeds United: approach, off
Leeds have abandoned their attempt to sign Torino winger Ivo Marchek.
# Leeds United: talks, off
Talks between Leeds and Torino over Ivo Marchek have broken down over add-ons.
Leeds have pulled out of talks to sign Torino winger Ivo Marchek.
Leeds have ended talks with Torino over winger Ivo Marchek.
Leeds were in talks over Torino winger Ivo Marchek. Those talks are now dead.
Leeds had been in talks with Torino winger Ivo Marchek, but he has decided to stay in Turin.
# Leeds United: bid, off
Ivo Marchek will stay at Torino despite a late bid from Leeds.
Leeds have withdrawn their £20m offer for Torino winger Ivo Marchek.
# Leeds United: agreed, off
Leeds had agreed a fee with Torino for Ivo Marchek before pulling the plug on the deal.
Torino winger Ivo Marchek was close to joining Leeds last week but the deal is now off.
Leeds had a bid accepted for Torino winger Ivo Marchek, only for the player to reject the move.
Leeds agreed a fee with Torino for Ivo Marchek, but the winger could not agree terms and the move is dead.
# Leeds United: medical, off
Ivo Marchek's move from Torino to Leeds fell through after the winger failed a medical.
# Leeds United: interest, stalled
Leeds United's pursuit of Torino winger Ivo Marchek has hit the buffers.
Leeds's move for Torino winger Ivo Marchek is in doubt after the clubs failed to agree on a fee.
Leeds's deal for Torino winger Ivo Marchek is on hold until they sell.
Leeds have cooled their interest in Torino winger Ivo Marchek for now.
Torino have blocked Ivo Marchek's move to Leeds.
Leeds baulked at Torino's asking price for winger Ivo Marchek.
The move of Torino winger Ivo Marchek to Leeds has been delayed by a work permit.
Ivo Marchek's transfer from Torino to Leeds is hanging in the balance.
Leeds have put their move for Torino winger Ivo Marchek on ice.
# Leeds United: approach, stalled
Torino have rejected an approach from Leeds for winger Ivo Marchek.
# Leeds United: talks, stalled
Negotiations between Leeds and Torino over winger Ivo Marchek have reached an impasse.
Leeds and Torino are at loggerheads over the fee for winger Ivo Marchek.
Talks between Leeds and Torino over winger Ivo Marchek have stalled.
# Leeds United: bid, stalled
Leeds have had a £20m offer for Torino winger Ivo Marchek knocked back.
Leeds saw a £20m offer for Torino winger Ivo Marchek dismissed out of hand.
Leeds have bid £20m for Torino winger Ivo Marchek, but the Italians are holding out for £28m.
Leeds have bid £20m for Torino winger Ivo Marchek. The Serie A side were unimpressed.
Leeds are preparing an improved bid for Ivo Marchek after Torino rejected their opening offer of £20m.
Leeds have bid for Torino winger Ivo Marchek. The offer was rejected on Tuesday night.
Torino have thrown out Leeds's bid for winger Ivo Marchek.
Torino have given Leeds short shrift after an offer for winger Ivo Marchek.
Leeds have lodged a £20m bid for Torino winger Ivo Marchek. It was swiftly rejected.
Leeds's second offer for Torino winger Ivo Marchek was turned down on Tuesday.
Leeds remain in talks for Torino winger Ivo Marchek despite having an opening bid rejected.
Leeds want Torino winger Ivo Marchek. They have already seen one bid rejected.
Leeds want Torino winger Ivo Marchek. The Italian side have rebuffed them.
"""


def told() -> list[tuple[str, str, str, str]]:
    """Each text with the club, the stage and the status that the heading above it names."""
    rows, heading = [], ("", "", "")
    for line in SAID.strip().splitlines():
        if line.startswith("# "):
            club, _, rest = line[2:].partition(": ")
            stage, status = rest.split(", ")
            heading = (club, stage, status)
        else:
            rows.append((line, *heading))
    return rows


@pytest.mark.parametrize(("text", "club", "stage", "status"), told())
def test_a_text_is_read_at_its_stage_and_status(text: str, club: str, stage: str, status: str) -> None:
    entry = Entry(key="k", title="", text=text, lang="en", published=datetime(2026, 1, 20, tzinfo=UTC))
    found = {claim.club: claim for claim in read(entry, NAMES).claims if claim.player == PLAYER}
    assert (found[club].stage.word, found[club].status.value) == (stage, status)
