(Computers of a person, thieves, copies, lost keys.)

# a stolen laptop says nothing more
Ann founds Riverside
Bob joins through Ann
Bob adds phone
thief takes Bob's laptop
Bob's phone cannot remove laptop because there before
Bob removes laptop with his words
thief on Bob's laptop lets in Mallory
everybody meets
Mallory is a stranger
Bob is a resident
Bob's laptop may not connect
why Bob: let in by Ann at step 1; laptop is out

# a thief's record says an earlier date and counts no more for it
Ann founds Riverside
Bob joins through Ann
thief takes Bob's laptop
Bob removes laptop with his words
thief on Bob's laptop lets in Mallory backdated
thief on Bob's laptop publishes "offer" saying "cheap" all the same backdated
everybody meets
Mallory is a stranger
"offer" of Bob shows nothing

# what the laptop said before it was taken out stays
Ann founds Riverside
Bob joins through Ann
Bob's laptop lets in Carl
Bob's laptop adds phone
Bob removes laptop with his words
Carl is a resident
Bob's phone may connect

# the phone cannot take out the laptop that listed it
Ann founds Riverside
Bob joins through Ann
Bob adds phone
Bob's phone removes laptop all the same
Bob's laptop may connect
Bob's laptop removes phone
Bob's phone may not connect

# the thief's own computer goes with the words too
Ann founds Riverside
Bob joins through Ann
thief takes Bob's laptop
thief on Bob's laptop adds burner
everybody meets
Bob's burner may connect
Bob removes laptop with his words
Bob's burner may connect (it was there when the laptop went: it has to be named)
Bob removes burner with his words
Bob's burner may not connect
thief on Bob's burner lets in Mallory all the same
Mallory is a stranger

# a computer listed by the thief after the cut is none
Ann founds Riverside
Bob joins through Ann
thief takes Bob's laptop
Bob removes laptop with his words
thief on Bob's laptop adds burner
everybody meets
Bob's burner may not connect
thief on Bob's burner lets in Mallory all the same
everybody meets
Mallory is a stranger

# a computer that was taken out does not come back
Ann founds Riverside
Bob joins through Ann
Bob adds phone
Bob removes phone
Bob's laptop adds phone
Bob's phone may not connect
Bob has 1 computers
Bob adds phone with his words (they stand above the laptop)
Bob's phone may connect

# a computer gives itself up
Ann founds Riverside
Bob joins through Ann
Bob adds phone
Bob's phone lets in Carl
Bob's phone publishes "cake" saying "at three"
Bob's phone gives itself up
Bob's phone may not connect
Carl is a resident
"cake" of Bob shows "at three"
Bob's phone may not publish notices because not a member
why Bob: let in by Ann at step 1; phone gave itself up

# who buys a given up computer says nothing more
Ann founds Riverside
Bob joins through Ann
Bob adds phone
Buyer takes Bob's phone
Bob's phone gives itself up
Buyer on Bob's phone lets in Mallory
everybody meets
Mallory is a stranger

# a phone that was taken out takes no other out
Ann founds Riverside
Bob joins through Ann
Bob adds phone
Bob's phone adds tablet
thief takes Bob's phone
Bob removes phone
thief on Bob's phone removes tablet
everybody meets
Bob's phone may not connect
Bob's tablet may connect

# a stranger cannot add a computer to somebody else's name
Ann founds Riverside
Bob joins through Ann
Mallory joins through Ann
Mallory turns up
Mallory removes laptop all the same
Bob's laptop may connect

# a restored old backup goes on, and nothing is lost
Ann founds Riverside
Bob joins through Ann
Backup is a copy of Bob's laptop
Bob lets in Carl
Backup on Bob's laptop lets in Dora
everybody meets
Carl is a resident
Dora is a resident
Bob's laptop has 2 ends
Bob is a resident
Bob lets in Emil
Bob's laptop has 1 ends
Emil is a resident

# a cut of a log that ran in two keeps both ends
Ann founds Riverside
Bob joins through Ann
Backup is a copy of Bob's laptop
Bob lets in Carl
Backup on Bob's laptop lets in Dora
everybody meets
Backup takes Bob's laptop
Bob removes laptop with his words
Backup on Bob's laptop lets in Mallory
everybody meets
Carl is a resident
Dora is a resident
Mallory is a stranger

# a notice changed in two places shows both
Ann founds Riverside
Bob joins through Ann
Bob adds phone
Bob publishes "hours" saying "Monday"
Bob's phone publishes "hours" saying "Tuesday"
"hours" of Bob shows "Tuesday"
Ann publishes "hello" saying "x"
Bob removes phone with his words
"hours" of Bob shows "Monday"

# a computer that only stores is a group's, and no person's
Ann founds Riverside
Bob joins through Ann
Bob cannot add box for storing only because belongs to a group
Bob adds box for storing only all the same
Bob's last record has no effect
Bob's box may not connect
Bob has 1 computers

# sixty-four computers and no more
Ann founds Riverside
Bob joins through Ann
Bob adds 63 computers
Bob has 64 computers
Bob may not add computers because as many computers as allowed
Bob adds phone
Bob's last record waits
Bob's phone may not connect

# recovery friends give a new key
Ann founds Riverside
Bob joins through Ann
Carl joins through Ann
Dora joins through Ann
Emil joins through Ann
Bob names Carl, Dora and Emil as recovery friends
Bob lets in Fay
Bob asks for a new key
Carl agrees that Bob gets a new key
Bob's laptop may connect
why Bob: let in by Ann at step 1; a new key asked by Carl
thief takes Bob's laptop
Dora agrees that Bob gets a new key
for Ann, why Bob: let in by Ann at step 1; a new key by Carl and Dora
for Ann, Bob's laptop may not connect
Bob adds tablet with his new key
for Ann, Bob's tablet may connect
for Ann, Bob is a resident
for Ann, Fay is a resident
thief on Bob's laptop lets in Mallory
everybody meets
Mallory is a stranger

# one recovery friend is not enough
Ann founds Riverside
Bob joins through Ann
Carl joins through Ann
Dora joins through Ann
Bob names Carl and Dora as recovery friends
Carl asks for a new key for Bob
Carl agrees that Bob gets the key of Carl
Carl agrees that Bob gets the key of Carl
Bob's laptop may connect

# nobody else gives a new key
Ann founds Riverside
Bob joins through Ann
Carl joins through Ann
Mallory joins through Ann
Moira joins through Ann
Bob names Ann and Carl as recovery friends
Mallory asks for a new key for Bob
Mallory agrees that Bob gets the key of Mallory all the same
Moira agrees that Bob gets the key of Mallory all the same
Mallory cannot agree that Bob gets the key of Mallory because only a steward
Bob's laptop may connect

# a computer at home objects, and the stewards decide
Ann founds Riverside
Bob joins through Ann
Carl joins through Ann
Dora joins through Ann
Bob names Carl and Dora as recovery friends
Carl asks for a new key for Bob
Carl agrees that Bob gets the key of Carl
Dora agrees that Bob gets the key of Carl
Bob's laptop may not connect
Bob's laptop objects to the key of Carl
Bob's laptop may connect
why Bob: let in by Ann at step 1; a new key asked by Carl and Dora, with an objection
Bob lets in Emil
Emil is a resident

# a thief's objection ends when the stewards have decided
Ann, Bess and Cleo found Riverside
Bob joins through Ann
Carl joins through Ann
Dora joins through Ann
Bob names Carl and Dora as recovery friends
thief takes Bob's laptop
Bob asks for a new key
Carl agrees that Bob gets a new key
Dora agrees that Bob gets a new key
thief on Bob's laptop objects to the key of Bob
everybody meets
Bob's laptop may connect
Ann agrees that Bob gets a new key
Bob's laptop may connect
Bess agrees that Bob gets a new key
Bob's laptop may not connect
thief on Bob's laptop objects to the key of Bob
Bob's laptop may not connect
Bob adds tablet with his new key
Bob's tablet may connect

# two keys that friends agreed to are none
Ann founds Riverside
Bob joins through Ann
Carl joins through Ann
Dora joins through Ann
Emil joins through Ann
Bob names Carl, Dora and Emil as recovery friends
Dora loses touch with the others
Bob asks for a new key
Carl asks for a new key for Bob
Emil agrees that Bob gets a new key
Dora agrees that Bob gets the key of Carl
Carl agrees that Bob gets a new key
for Bob, Bob's laptop may not connect
everybody meets
Emil agrees that Bob gets the key of Carl all the same
Bob's laptop may connect
Ann agrees that Bob gets a new key
Bob's laptop may not connect

# a person without friends is helped by the stewards
Ann and Bess found Riverside
Bob joins through Ann
Bob asks for a new key
Ann agrees that Bob gets a new key
Bob's laptop may connect
Bess agrees that Bob gets a new key
Bob's laptop may not connect
Bob is a resident

# what a lone founder agreed to stays when others are seated
Ann founds Riverside
Bob joins through Ann
Carl joins through Ann
Bob asks for a new key
Ann agrees that Bob gets a new key
Bob's laptop may not connect
Ann proposes Ann and Carl as stewards
Ann approves Ann and Carl as stewards
the stewards are Ann and Carl
Bob's laptop may not connect
Bob adds tablet with his new key
Bob's tablet may connect

# a founder who is one of three by now has not the quorum of the first day
Ann founds Riverside
Bob joins through Ann
Carl joins through Ann
Ann proposes Ann, Bob and Carl as stewards
Ann approves Ann, Bob and Carl as stewards
the stewards are Ann, Bob and Carl
Ann asks for a new key for Bob
Ann agrees that Bob gets the key of Ann
Bob's laptop may connect
Ann agrees that Bob gets the key of Ann as a founder
Bob's laptop may connect
Bob is a steward

# a thief who runs the log in many directions can still be stopped
Ann founds Riverside
Bob joins through Ann
Bob lets in Carl
thief takes Bob's laptop
thief on Bob's laptop writes 70 records at the beginning
everybody meets
Bob removes laptop with his words
Bob's laptop may not connect
Carl is a resident
Ann bans Bob
Bob is a stranger
Carl is a resident

# what a thief writes after the cut pushes nothing out
Ann founds Riverside
Bob joins through Ann
Bob lets in Carl
thief takes Bob's laptop
Bob removes laptop with his words
thief on Bob's laptop writes 210 records at the beginning
everybody meets
Carl is a resident
Bob is a resident

# a banned person takes nobody along by filling up the log
Ann founds Riverside
Bob joins through Ann
Bob lets in Carl
Ann founds the group Food Bank with Bob
Bob makes Carl a member of Food Bank
thief takes Bob's laptop
Ann bans Bob
thief on Bob's laptop writes 210 records at the beginning
everybody meets
Carl is a resident
Carl is a member of Food Bank

# while a computer is its owner's, the owner's log has its limit
Ann founds Riverside
Bob joins through Ann
Bob writes 201 records of no meaning
Bob cannot let in Carl because as many records about people and computers as allowed
Bob lets in Carl all the same
Bob's last record waits

# a computer that gave itself up publishes nothing new (not yet)
Ann founds Riverside
Bob joins through Ann
Bob adds phone
Bob's phone publishes "cake" saying "at three"
Buyer takes Bob's phone
Bob's phone gives itself up
Buyer on Bob's phone publishes "offer" saying "cheap" all the same
everybody meets
"cake" of Bob shows "at three"
"offer" of Bob shows nothing

# what the thief said before the laptop was taken out is undone with it
Ann founds Riverside
Bob joins through Ann
thief takes Bob's laptop
thief on Bob's laptop lets in Mallory
everybody meets
Bob removes laptop with his words
Mallory is a resident
Bob removes laptop and all it said with his words
Mallory is a stranger

# a thief's leave is undone by whoever knows Bob
Ann founds Riverside
Bob joins through Ann
thief takes Bob's laptop
thief on Bob's laptop leaves
everybody meets
Bob is a stranger
Bob removes laptop with his words
Bob adds phone with his words
Ann lets in Bob again
Bob is a resident
Bob's phone may connect

# a thief cannot make somebody leave after the cut
Ann founds Riverside
Bob joins through Ann
Bob adds phone
thief takes Bob's laptop
Bob removes laptop with his words
thief on Bob's laptop leaves
thief on Bob's laptop gives itself up
everybody meets
Bob is a resident
Bob's phone may connect

# a new key can be shown after everybody who agreed to it has lost the seat
Ann founds Riverside
Bob joins through Ann
Carl joins through Ann
Dora joins through Ann
Emil joins through Ann
Bob can be shown to a stranger
Ann proposes Carl and Dora as stewards
Ann approves Carl and Dora as stewards
Bob asks for a new key
Carl agrees that Bob gets a new key
Dora agrees that Bob gets a new key
Bob adds tablet with his new key
Carl proposes Emil as stewards
Carl approves Emil as stewards
Dora approves Emil as stewards
the stewards are Emil
Bob's tablet may connect
Bob can be shown to a stranger
Carl can be shown to a stranger
