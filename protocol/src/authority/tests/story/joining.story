(Being let in, letting others in, leaving, being taken out.)

# a first street
Ann founds Riverside
Ann is a steward
Bob turns up
Bob is a stranger
Bob may not publish notices because not a member
Bob cannot let in Carl because not a member
Ann lets in Bob
Bob is a resident
Bob may publish notices
Bob may not hide things because only a steward
why Bob: let in by Ann at step 1

# an admission nobody has heard of yet
Ann founds Riverside
Carl joins through Ann
Ann loses touch with the others
Ann lets in Bob
for Carl, nobody has heard of Bob
for Ann, Bob is a resident
everybody meets
Bob is a resident

# an admission that arrives before the one it follows waits
Ann founds Riverside
Carl joins through Ann
Bob turns up
Dora turns up
Ann loses touch with the others
Ann lets in Bob
Ann lets in Dora
Carl hears only of Ann's last record
for Carl, Ann's last record waits
for Carl, Dora is a stranger
everybody meets
Ann's last record counts
Bob is a resident
Dora is a resident

# invites end four steps from a steward
Ann founds Riverside
Bob joins through Ann
Carl joins through Bob
Dora joins through Carl
Emil joins through Dora
why Emil: let in by Dora at step 4; too far from a steward to invite
Emil cannot let in Fay because too far from a steward
Emil lets in Fay all the same
Emil's last record has no effect
Fay is a stranger
Ann lets in Emil
Emil lets in Fay
Fay is a resident

# the eleventh waits until a steward allows more
Ann founds Riverside
Bob joins through Ann
Bob lets in 10 people
Bob cannot let in Zoe because as many people as a resident may
Bob lets in Zoe all the same
Bob's last record waits
Zoe is a stranger
11 people are residents
Ann allows Bob to let in 12 people
Zoe is a resident
Bob lets in Yves
Yves is a resident
Bob cannot let in Xara

# two computers of one resident share the ten admissions
Ann founds Riverside
Bob joins through Ann
Bob adds phone
Bob's laptop lets in 6 people
everybody meets
Oldcopy is a copy of Bob's phone
Oldcopy on Bob's phone lets in 6 people all the same
everybody meets
11 people are residents

# a banned person does not come back through a friend
Ann founds Riverside
Bob joins through Ann
Carl joins through Bob
Ann bans Carl
Carl is a stranger
Bob cannot let in Carl because only a steward can let them in again
Bob lets in Carl all the same
Carl is a stranger
why Carl: let in by Bob at step 2, no more; let in by Bob at step 2, no more; taken out by Ann
Ann lets in Carl again
Carl is a resident

# friends who have not heard of a ban let them in again and change nothing
Ann founds Riverside
Bob joins through Ann
Carl joins through Bob
Bob loses touch with the others
Bob lets in Carl again
Ann bans Carl
everybody meets
Carl is a stranger
Bob's last record has no effect

# a ban wins over an admission by a steward who has not heard of it
Ann and Bess found Riverside
Carl joins through Ann
Ann and Bess lose touch
Ann bans Carl
Bess lets in Carl again
everybody meets
Carl is a stranger
Bess lets in Carl again
Carl is a resident

# two bans must both be known to whoever lets in again
Ann and Bess found Riverside
Carl joins through Ann
Bess loses touch with the others
Bess bans Carl
Ann bans Carl
Ann lets in Carl again
for Ann, Carl is a resident
everybody meets
Carl is a stranger
Ann lets in Carl again
Carl is a resident

# those whom a banned person let in before stay
Ann founds Riverside
Bob joins through Ann
Carl joins through Bob
Dora joins through Carl
Ann bans Bob
Carl is a resident
Dora is a resident
Bob is a stranger

# a whole branch can be taken out at once
Ann founds Riverside
Bob joins through Ann
Carl joins through Bob
Dora joins through Carl
Emil joins through Bob
Ann lets in Emil
Ann bans Bob and everyone they let in
Carl is a stranger
Dora is a stranger
Emil is a resident (a steward vouched for them as well)
why Carl: not let in by Bob

# a banned person lets nobody in, whatever the date
Ann founds Riverside
Bob joins through Ann
thief takes Bob's laptop
Ann bans Bob
thief on Bob's laptop lets in Mallory backdated
everybody meets
Mallory is a stranger
Bob lets in Moira all the same
Moira is a stranger

# who was let in again may let in again, and what was said between stays nothing
Ann founds Riverside
Bob joins through Ann
Ann bans Bob
Bob lets in Mallory all the same
Mallory is a stranger
Ann lets in Bob again
Mallory is a stranger
Bob lets in Carl
Carl is a resident

# who leaves keeps what they wrote, and anybody may let them in again
Ann founds Riverside
Bob joins through Ann
Carl joins through Ann
Bob publishes "lost cat" saying "grey, shy"
Bob leaves
Bob is a stranger
"lost cat" of Bob shows "grey, shy"
why Bob: let in by Ann at step 1, no more; left
Carl lets in Bob
Bob is a resident

# what a banned person wrote is gone, but for what was kept
Ann founds Riverside
Bob joins through Ann
Bob publishes "recipe" saying "two eggs"
Bob publishes "rant" saying "all of you"
Ann bans Bob keeping "recipe"
"recipe" of Bob shows "two eggs"
"rant" of Bob shows nothing
Bob publishes "recipe" saying "three eggs" all the same
"recipe" of Bob shows "two eggs"

# leaving is everybody's own word
Ann founds Riverside
Bob joins through Ann
Mallory joins through Ann
Mallory bans Bob all the same
Mallory's last record waits
Bob is a resident
Mallory cannot ban Bob because only a steward

# a resident cannot speak as a steward
Ann founds Riverside
Mallory joins through Ann
Bob joins through Ann
Mallory makes Mallory a gateway host all the same
Mallory is not a gateway host
Mallory makes Bob a gateway host all the same
Bob is not a gateway host
Mallory bans Ann all the same
Ann is a steward
Mallory hides everything of Bob all the same
Bob publishes "hello" saying "x"
"hello" of Bob is not hidden

# newcomers come by themselves where the stewards allow it
Ann founds Riverside open to everybody
Bob turns up
Bob is a stranger
Bob joins by themselves through Ann
Bob is a newcomer
Bob may not publish notices because newcomers read
Bob cannot let in Carl because newcomers read
why Bob: came by themselves
Ann bans Bob
Bob is a stranger
Bob cannot join by themselves through Ann
Bob joins by themselves through Ann all the same
Bob is a stranger

# a newcomer stays while whom they came through does
Ann founds Riverside open to everybody
Bob joins through Ann
Carl turns up
Dora turns up
Carl joins by themselves through Bob
Dora joins by themselves through Carl all the same
Carl is a newcomer
Dora is a stranger
Ann bans Bob
Carl is a stranger

# nobody comes by themselves where the stewards do not allow it
Ann founds Riverside
Bob turns up
Bob cannot join by themselves through Ann
Bob joins by themselves through Ann all the same
Bob is a stranger
Ann proposes Ann as stewards open to everybody
Ann approves Ann as stewards
Bob is a newcomer
the community is open

# an update is needed before anything else is written
Ann and Bess found Riverside
Carl joins through Ann
Ann proposes Ann and Bess as stewards with rules 99
Ann approves Ann and Bess as stewards
no update is needed
Bess approves Ann and Bess as stewards
an update is needed
Carl may not publish notices because update
Ann cannot let in Dora because update
Carl is a resident

# an update that only one steward wants is none
Ann, Bess and Cleo found Riverside
Ann proposes Ann, Bess and Cleo as stewards with rules 99
Ann approves Ann, Bess and Cleo as stewards
no update is needed
Ann may found groups

# two evenings on a hill, and then all is told
Ann founds Riverside
Bob joins through Ann
Bob and Ann lose touch
Bob lets in Carl
Ann bans Bob
for Bob, Bob is a resident
for Ann, Bob is a stranger
everybody meets
Bob is a stranger
Carl is a stranger (nobody who took Bob out had heard of them)

# gateway hosts come and go
Ann founds Riverside
Bob joins through Ann
Bob is not a gateway host
Ann makes Bob a gateway host
Bob is a gateway host
why Bob: let in by Ann at step 1; a gateway given by Ann
Ann takes the uplink from Bob
Bob is not a gateway host
Bob is a resident
why Bob: let in by Ann at step 1; a gateway given by Ann, no more

# a ban takes the roles too, and coming back does not bring them
Ann founds Riverside
Bob joins through Ann
Ann makes Bob a mentor
Bob is a mentor
Ann bans Bob
Ann lets in Bob again
Bob is a resident
Bob is not a mentor
Ann makes Bob a mentor
Bob is a mentor

# who was let in under a permission of long ago can be shown
Ann founds Riverside
Bob joins through Ann
Carl joins through Ann
Dora joins through Ann
Ann proposes Carl as stewards
Ann approves Carl as stewards
Carl allows Bob to let in 12 people
Bob lets in 11 people
Bob lets in Emil
Emil is a resident
Carl proposes Dora as stewards
Carl approves Dora as stewards
Emil is a resident
Emil can be shown to a stranger
