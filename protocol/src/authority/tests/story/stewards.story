(How steward sets change, split, are settled, and are lost.)

# a lone founder seats others
Ann founds Riverside
Bob joins through Ann
Carl joins through Ann
1 approvals are needed
Bob may not propose stewards because only a steward
Ann proposes Ann, Bob and Carl as stewards
the stewards are Ann
Ann approves Ann, Bob and Carl as stewards
the stewards are Ann, Bob and Carl
2 approvals are needed
why Bob: a seat by Ann; let in by Ann at step 1

# three of four, four of five, five of seven
Ann, Bess, Cleo and Dina found Riverside
3 approvals are needed
Bob joins through Ann
Ann proposes Ann, Bess, Cleo, Dina and Bob as stewards
Ann approves Ann, Bess, Cleo, Dina and Bob as stewards
Bess approves Ann, Bess, Cleo, Dina and Bob as stewards
Bob is a resident
Bob approves Ann, Bess, Cleo, Dina and Bob as stewards all the same
Bob is a resident
Cleo approves Ann, Bess, Cleo, Dina and Bob as stewards
Bob is a steward
4 approvals are needed

# two of five change nothing, nor do three
Ann, Bess, Cleo, Dina and Edda found Riverside
Ann proposes Ann, Bess and Cleo as stewards
Ann approves Ann, Bess and Cleo as stewards
Bess approves Ann, Bess and Cleo as stewards
Cleo approves Ann, Bess and Cleo as stewards
the seats are Ann, Bess, Cleo, Dina and Edda
Dina approves Ann, Bess and Cleo as stewards
the seats are Ann, Bess and Cleo

# five of seven
Ann, Bess, Cleo, Dina, Edda, Finn and Gus found Riverside
5 approvals are needed

# one steward who approves with two computers is one
Ann, Bess and Cleo found Riverside
Ann adds phone
Ann proposes Ann as stewards
Ann's laptop approves Ann as stewards
Ann's phone approves Ann as stewards
the seats are Ann, Bess and Cleo

# outsiders approve nothing
Ann, Bess and Cleo found Riverside
Mallory joins through Ann
Moira joins through Ann
Ann proposes Ann and Mallory as stewards
Ann approves Ann and Mallory as stewards
Mallory approves Ann and Mallory as stewards all the same
Moira approves Ann and Mallory as stewards all the same
Mallory is a resident
the seats are Ann, Bess and Cleo

# a steward left out without a cut is not left out
Ann, Bess and Cleo found Riverside
Ann proposes Ann and Bess as stewards without a cut
Ann approves Ann and Bess as stewards
Bess approves Ann and Bess as stewards
the seats are Ann, Bess and Cleo

# a steward who was voted out decides nothing more, whatever the date
Ann, Bess and Mallory found Riverside
Bob joins through Mallory
thief takes Mallory's laptop
Ann proposes Ann and Bess as stewards
Ann approves Ann and Bess as stewards
Bess approves Ann and Bess as stewards
thief on Mallory's laptop lets in Moira backdated
thief on Mallory's laptop makes Bob a gateway host
thief on Mallory's laptop bans Bob backdated
everybody meets
Moira is a stranger
Bob is a resident
Bob is not a gateway host
Mallory is a stranger

# a removed founder's old key makes a second child of the beginning: neither wins
Ann founds Riverside
Bob joins through Ann
Carl joins through Ann
Dora joins through Ann
thief takes Ann's laptop
Ann proposes Bob, Carl and Dora as stewards
Ann approves Bob, Carl and Dora as stewards
for Ann, the stewards are Bob, Carl and Dora
thief on Ann's laptop proposes Ann and Bob as stewards
thief on Ann's laptop approves Ann and Bob as stewards
everybody meets
the community is split
the stewards are nobody
Library settles on Bob, Carl and Dora as stewards
the community is not split
the stewards are Bob, Carl and Dora

# a removed founder's old key does nothing where the stewards were fixed
Ann founds Riverside
Bob joins through Ann
Carl joins through Ann
Dora joins through Ann
thief takes Ann's laptop
Ann proposes Bob, Carl and Dora as stewards
Ann approves Bob, Carl and Dora as stewards
Library fixes the stewards
for Bob, the stewards are fixed
thief on Ann's laptop proposes Ann and Bob as stewards
thief on Ann's laptop approves Ann and Bob as stewards
everybody meets
the community is not split
the stewards are Bob, Carl and Dora

# with three stewards one approves twice: neither wins
Ann, Bess and Cleo found Riverside
Dora joins through Ann
Emil joins through Ann
Ann and Bess lose touch
twin takes Cleo's laptop
Ann proposes Ann, Cleo and Dora as stewards
Ann approves Ann, Cleo and Dora as stewards
Bess proposes Bess, Cleo and Emil as stewards
Bess approves Bess, Cleo and Emil as stewards
Ann and Cleo meet
Bess and twin meet
Cleo approves Ann, Cleo and Dora as stewards
twin on Cleo's laptop approves Bess, Cleo and Emil as stewards
for Ann, the stewards are Ann, Cleo and Dora
for Bess, the stewards are Bess, Cleo and Emil
everybody meets
the community is split
the stewards are nobody (Cleo is in both, and approved both)
Ann may not propose stewards because not a member
Library settles on Ann, Cleo and Dora as stewards
the stewards are Ann, Cleo and Dora

# who is in both sets and approved one may take out and hide, and nothing else
Ann, Bess, Cleo and Dina found Riverside
Mallory joins through Ann
Emil joins through Ann
Mallory publishes "buy" saying "now"
Ann, Cleo and Dina lose touch with the others
twin takes Cleo's laptop
Gemini takes Dina's laptop
Bess, twin and Gemini meet
Ann proposes Ann, Cleo and Dina as stewards
Ann approves Ann, Cleo and Dina as stewards
Cleo approves Ann, Cleo and Dina as stewards
Dina approves Ann, Cleo and Dina as stewards
Bess proposes Ann, Bess and Emil as stewards
Bess approves Ann, Bess and Emil as stewards
twin on Cleo's laptop approves Ann, Bess and Emil as stewards
Gemini on Dina's laptop approves Ann, Bess and Emil as stewards
everybody meets
the community is split
the stewards are Ann
Ann may ban people
Ann may not found groups because the stewards are split
Ann cannot let in Fay because the stewards are split
Ann hides "buy" of Mallory
"buy" of Mallory is hidden
Ann bans Mallory
Mallory is a stranger

# only the key holders settle a split
Ann founds Riverside
Bob joins through Ann
Carl joins through Ann
thief takes Ann's laptop
Ann proposes Ann, Bob and Carl as stewards
Ann approves Ann, Bob and Carl as stewards
thief on Ann's laptop proposes Ann as stewards
thief on Ann's laptop approves Ann as stewards
everybody meets
the community is split
Bob cannot settle on Ann, Bob and Carl as stewards
Bob settles on Ann, Bob and Carl as stewards all the same
the community is split
Library settles on Ann, Bob and Carl as stewards
the stewards are Ann, Bob and Carl

# two of three key holders settle, one does not
Ann found Riverside with the keys Library, Council and Charity needing 2
Bob joins through Ann
Carl joins through Ann
thief takes Ann's laptop
Ann proposes Ann, Bob and Carl as stewards
Ann approves Ann, Bob and Carl as stewards
thief on Ann's laptop proposes Ann as stewards
thief on Ann's laptop approves Ann as stewards
everybody meets
Library settles on Ann, Bob and Carl as stewards
the community is split
Library settles on Ann, Bob and Carl as stewards (twice is once)
the community is split
Charity settles on Ann, Bob and Carl as stewards
the community is not split
the stewards are Ann, Bob and Carl

# quorum lost: the key holders seat others
Ann, Bess and Cleo found Riverside
Bob joins through Ann
Ann proposes Ann and Bob as stewards
Ann approves Ann and Bob as stewards
the seats are Ann, Bess and Cleo
Library settles on Ann and Bob as stewards
the seats are Ann and Bob

# all stewards lost: the key holders seat others alone
Ann founds Riverside
Bob joins through Ann
Carl joins through Ann
Library proposes Bob and Carl as stewards
the stewards are Ann
Library settles on Bob and Carl as stewards
the stewards are Bob and Carl
Bob makes Carl a gateway host
Carl is a gateway host

# root lost: a successor community that members confirm one by one
Ann, Bess and Cleo found Riverside
Bob joins through Ann
Carl joins through Bess
Bob and Carl found Newside
the records of Riverside are refused here
Bob is a steward
Carl is a steward
Ann joins through Bob
Ann is a resident

# a steward who steps down is no steward
Ann, Bess and Cleo found Riverside
Bess lets in Cleo
Ann proposes Ann and Bess as stewards
Ann approves Ann and Bess as stewards
Cleo approves Ann and Bess as stewards
Cleo is a resident
Cleo may not hide things because only a steward
Cleo may publish notices

# one steward cannot ban another out of the seat
Ann, Bess and Mallory found Riverside
Mallory bans Ann and everyone they let in
Bob joins through Ann
Ann is a steward
Ann may hide things
Bob is a resident

# what a rogue steward did is undone by a cut before it
Ann, Bess and Mallory found Riverside
Bob joins through Ann
thief takes Mallory's laptop
Ann proposes Ann and Bess as stewards
Ann approves Ann and Bess as stewards
Bess approves Ann and Bess as stewards
thief on Mallory's laptop bans Bob 3 times
thief on Mallory's laptop lets in Moira
everybody meets
Bob is a resident
Moira is a stranger

# a steward's key that was stolen has no seat with the new one until the others say so
Ann, Bess and Cleo found Riverside
Ann asks for a new key
Bess agrees that Ann gets a new key
Cleo agrees that Ann gets a new key
Ann's laptop may not connect
the stewards are Ann, Bess and Cleo
Ann is a resident (nobody let her in: she lives here by the seat of her old key)
Bess proposes Bess, Cleo and Ann's new key as stewards
Bess approves Bess, Cleo and Ann's new key as stewards
Cleo approves Bess, Cleo and Ann's new key as stewards
Ann adds tablet with her new key
Ann's tablet may hide things
Ann is a steward

# a change the others have not heard of holds for them too when they meet
Ann, Bess and Cleo found Riverside
Cleo loses touch with the others
Ann proposes Ann and Bess as stewards
Ann approves Ann and Bess as stewards
Bess approves Ann and Bess as stewards
Cleo lets in Bob
for Cleo, Bob is a resident
for Ann, the stewards are Ann and Bess
everybody meets
Bob is a stranger
the stewards are Ann and Bess
Bess lets in Bob
Bob is a resident

# approving what is already done splits nothing
Ann, Bess and Cleo found Riverside
Bob joins through Ann
Ann proposes Ann, Bess, Cleo and Bob as stewards
Ann approves Ann, Bess, Cleo and Bob as stewards
Bess approves Ann, Bess, Cleo and Bob as stewards
Cleo approves Ann, Bess, Cleo and Bob as stewards
the community is not split
3 approvals are needed

# a split ends every doubt about who sits where, not who lives here (not yet)
Ann, Bess and Cleo found Riverside
Bob joins through Ann
Ann and Bess lose touch
twin takes Cleo's laptop
Ann proposes Ann, Cleo and Bob as stewards
Ann approves Ann, Cleo and Bob as stewards
Bess proposes Bess and Cleo as stewards
Bess approves Bess and Cleo as stewards
Ann and Cleo meet
Bess and twin meet
Cleo approves Ann, Cleo and Bob as stewards
twin on Cleo's laptop approves Bess and Cleo as stewards
everybody meets
the community is split
Ann is not a stranger (she may not act as a steward, but she still lives here)
Bess is not a stranger
Bob is a resident
Ann's laptop may connect

# nobody is shut out for ever by being banned seventy times (not yet)
Ann, Bess and Mallory found Riverside
Bob joins through Ann
Mallory bans Bob 70 times
Bob is a stranger
Ann lets in Bob again
Bob is a resident

# who approves two sets has no say on any computer (not yet)
Ann, Bess, Cleo and Dina found Riverside
Mallory joins through Ann
Mallory publishes "hello" saying "x"
Cleo adds phone
Ann, Dina and Cleo lose touch with the others
twin takes Cleo's laptop
Gemini takes Dina's laptop
Bess, twin and Gemini meet
Ann proposes Ann, Cleo and Dina as stewards
Ann approves Ann, Cleo and Dina as stewards
Cleo approves Ann, Cleo and Dina as stewards
Dina approves Ann, Cleo and Dina as stewards
Bess proposes Ann, Bess and Cleo as stewards
Bess approves Ann, Bess and Cleo as stewards
twin on Cleo's laptop approves Ann, Bess and Cleo as stewards
Gemini on Dina's laptop approves Ann, Bess and Cleo as stewards
everybody meets
the stewards are Ann
Cleo's laptop hides "hello" of Mallory all the same
"hello" of Mallory is not hidden
Cleo's phone hides "hello" of Mallory all the same
"hello" of Mallory is not hidden

# who approved two sets lets nobody in, not even by hand
Ann founds Riverside
Bob joins through Ann
Carl joins through Ann
Dora joins through Ann
Ann proposes Ann, Bob and Carl as stewards
Ann approves Ann, Bob and Carl as stewards
Ann proposes Ann and Dora as stewards all the same (a second child of the beginning)
Ann approves Ann and Dora as stewards all the same
the community is split
Ann lets in Mallory all the same
Mallory is a stranger

# a removed steward who finds an old proposal splits nothing (not yet)
Ann, Bess and Mallory found Riverside
Dora joins through Ann
Ann proposes Ann, Bess, Mallory and Dora as stewards
Ann approves Ann, Bess, Mallory and Dora as stewards (nobody else did, and it was forgotten)
Ann proposes Ann and Bess as stewards
Ann approves Ann and Bess as stewards
Bess approves Ann and Bess as stewards
the stewards are Ann and Bess
Mallory approves Ann, Bess, Mallory and Dora as stewards all the same
the community is not split

# a removed steward who finds an old proposal splits nothing that was fixed
Ann, Bess and Mallory found Riverside
Dora joins through Ann
Ann proposes Ann, Bess, Mallory and Dora as stewards
Ann approves Ann, Bess, Mallory and Dora as stewards
Ann proposes Ann and Bess as stewards
Ann approves Ann and Bess as stewards
Bess approves Ann and Bess as stewards
Library fixes the stewards
Mallory approves Ann, Bess, Mallory and Dora as stewards all the same
the community is not split
the stewards are Ann and Bess

# a founder who steps down still lives here (not yet)
Ann founds Riverside
Bob joins through Ann
Carl joins through Ann
Ann proposes Bob and Carl as stewards
Ann approves Bob and Carl as stewards
Ann is a resident

# a founder who let herself in as well still lives here after stepping down
Ann founds Riverside
Bob joins through Ann
Carl joins through Ann
Ann lets in Ann
Ann proposes Bob and Carl as stewards
Ann approves Bob and Carl as stewards
Ann is a resident
Ann may not hide things because only a steward

# a steward who was voted out and has no other place publishes nothing more
Ann, Bess and Mallory found Riverside
thief takes Mallory's laptop
Ann proposes Ann and Bess as stewards
Ann approves Ann and Bess as stewards
Bess approves Ann and Bess as stewards
thief on Mallory's laptop publishes "rant" saying "all of you" all the same
everybody meets
Mallory is a stranger
"rant" of Mallory shows nothing

# who leaves while a steward is a steward no more (not yet)
Ann, Bess and Cleo found Riverside
Cleo leaves
Cleo may not hide things

# while the stewards are split nobody new comes in, not even by hand (not yet)
Ann, Bess, Cleo and Dina found Riverside
Emil joins through Bess
Ann, Cleo and Dina lose touch with the others
twin takes Cleo's laptop
Gemini takes Dina's laptop
Bess, twin and Gemini meet
Ann proposes Ann, Cleo and Dina as stewards
Ann approves Ann, Cleo and Dina as stewards
Cleo approves Ann, Cleo and Dina as stewards
Dina approves Ann, Cleo and Dina as stewards
Bess proposes Ann, Bess and Emil as stewards
Bess approves Ann, Bess and Emil as stewards
twin on Cleo's laptop approves Ann, Bess and Emil as stewards
Gemini on Dina's laptop approves Ann, Bess and Emil as stewards
everybody meets
the stewards are Ann
Ann lets in Mallory all the same
Mallory is a stranger
