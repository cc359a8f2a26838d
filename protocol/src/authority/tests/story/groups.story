(Groups, their people and computers, and what stewards hide.)

# a group speaks through its people
Ann founds Riverside
Bob joins through Ann
Carl joins through Ann
Ann founds the group Food Bank with Bob
Bob is an admin of Food Bank
Carl is not in Food Bank
Carl may not publish services for Food Bank because does not write for that person or group
Bob makes Carl a member of Food Bank
Carl may publish services for Food Bank
Carl publishes "hours" for Food Bank saying "Mondays"
"hours" of Food Bank shows "Mondays"
Carl cannot make Ann a member of Food Bank because only an admin
Carl makes Carl an admin of Food Bank all the same
Carl is a member of Food Bank

# only stewards found groups
Ann founds Riverside
Bob joins through Ann
Bob cannot found the group Fan Club with Bob because only a steward

# who is taken out of a group overwrites nothing
Ann founds Riverside
Bob joins through Ann
Mallory joins through Ann
Ann founds the group Food Bank with Bob
Bob makes Mallory a member of Food Bank
Bob publishes "hours" for Food Bank saying "Mondays"
Bob takes Mallory out of Food Bank
Mallory is not in Food Bank
Mallory publishes "hours" for Food Bank saying "never" all the same
"hours" of Food Bank shows "Mondays"
Mallory is a resident

# an admin who was there before takes out those who came after
Ann founds Riverside
Bob joins through Ann
Carl joins through Ann
Dora joins through Ann
Ann founds the group Food Bank with Bob
Bob makes Carl an admin of Food Bank
Carl makes Dora an admin of Food Bank
Dora cannot take Carl out of Food Bank because there before
Carl cannot take Bob out of Food Bank because there before
Dora takes Carl out of Food Bank all the same
Carl is an admin of Food Bank
Carl takes Dora out of Food Bank
Dora is not in Food Bank
Ann takes Bob out of Food Bank
Bob is not in Food Bank
Carl is an admin of Food Bank

# an admin who was taken out appoints nobody
Ann founds Riverside
Bob joins through Ann
Mallory joins through Ann
Moira joins through Ann
Ann founds the group Food Bank with Bob
Bob makes Mallory an admin of Food Bank
thief takes Mallory's laptop
Bob takes Mallory out of Food Bank
thief on Mallory's laptop makes Moira a member of Food Bank
everybody meets
Moira is not in Food Bank

# who leaves a group leaves it, founder or not
Ann founds Riverside
Bob joins through Ann
Carl joins through Ann
Ann founds the group Food Bank with Bob and Carl
Bob publishes "hours" for Food Bank saying "Mondays"
Bob leaves the group Food Bank
Bob is not in Food Bank
"hours" of Food Bank shows "Mondays"
Carl makes Bob a member of Food Bank
Bob is a member of Food Bank

# a ban ends the place in every group, and coming back does not bring it
Ann founds Riverside
Bob joins through Ann
Carl joins through Ann
Ann founds the group Food Bank with Bob and Carl
Bob publishes "hours" for Food Bank saying "Mondays"
Ann bans Bob
Bob is not in Food Bank
"hours" of Food Bank shows nothing
Ann lets in Bob again
Bob is a resident
Bob is not in Food Bank
Carl makes Bob a member of Food Bank
Bob is a member of Food Bank
"hours" of Food Bank shows "Mondays"

# a group keeps to its scope
Ann founds Riverside
Bob joins through Ann
Ann founds the group Food Bank with Bob for services only
Bob may publish services for Food Bank
Bob may not publish notices for Food Bank because does not publish things of this kind

# a computer of a group
Ann founds Riverside
Bob joins through Ann
Carl joins through Ann
Ann founds the group Food Bank with Bob
Carl cannot give Food Bank a computer called till because only an admin
Bob gives Food Bank a computer called till
the computer till may connect
Bob takes the computer till out of Food Bank
the computer till may not connect

# a group that is closed shows nothing more
Ann founds Riverside
Bob joins through Ann
Ann founds the group Food Bank with Bob
Bob gives Food Bank a computer called till
Bob publishes "hours" for Food Bank saying "Mondays"
Ann closes the group Food Bank
"hours" of Food Bank shows nothing
the computer till may not connect
Bob may not publish services for Food Bank

# what stewards hide is hidden until they show it again
Ann and Bess found Riverside
Mallory joins through Ann
Mallory publishes "buy" saying "now"
Mallory publishes "hello" saying "friends"
Ann hides "buy" of Mallory
"buy" of Mallory is hidden
"hello" of Mallory is not hidden
Bess hides everything of Mallory
"hello" of Mallory is hidden
Bess shows everything of Mallory again
"hello" of Mallory is not hidden

# two hides that do not know of each other both have to be undone
Ann and Bess found Riverside
Mallory joins through Ann
Mallory publishes "buy" saying "now"
Ann and Bess lose touch
Ann hides "buy" of Mallory
Bess hides "buy" of Mallory
Bess shows "buy" of Mallory again
for Bess, "buy" of Mallory is not hidden
everybody meets
"buy" of Mallory is hidden
Ann shows "buy" of Mallory again
"buy" of Mallory is not hidden

# a group's computer can be shown after everybody who made it has gone
Ann founds Riverside
Bob joins through Ann
Carl joins through Ann
Dora joins through Ann
Ann proposes Carl as stewards
Ann approves Carl as stewards
Carl founds the group Bakers with Bob
Bob makes Dora an admin of Bakers
Dora gives Bakers a computer called oven
Carl proposes Ann as stewards
Carl approves Ann as stewards
the computer oven may connect
Bakers can be shown to a stranger

# only admins write a group's forms
Ann founds Riverside
Bob joins through Ann
Carl joins through Ann
Ann founds the group Food Bank with Bob
Bob makes Carl a member of Food Bank
Bob may publish forms for Food Bank
Carl may publish services for Food Bank
Carl may not publish forms for Food Bank because only an admin
Bob publishes the form "tools" for Food Bank saying "to lend"
Carl publishes the form "tools" for Food Bank saying "mine" all the same
"tools" of Food Bank shows "to lend"
Bob makes Carl an admin of Food Bank
"tools" of Food Bank shows "mine"

# an admin who was taken out changes no form, and none as a plain member
Ann founds Riverside
Bob joins through Ann
Carl joins through Ann
Ann founds the group Food Bank with Bob
Bob makes Carl an admin of Food Bank
Carl publishes the form "tools" for Food Bank saying "to lend"
Bob takes Carl out of Food Bank
"tools" of Food Bank shows nothing
Bob makes Carl a member of Food Bank
"tools" of Food Bank shows nothing
Carl publishes "hours" for Food Bank saying "Mondays"
"hours" of Food Bank shows "Mondays"
Carl publishes the form "tools" for Food Bank saying "mine" all the same
"tools" of Food Bank shows nothing
Bob publishes the form "tools" for Food Bank saying "again"
"tools" of Food Bank shows "again"

# an admin who left is no admin when they come back as a member
Ann founds Riverside
Bob joins through Ann
Carl joins through Ann
Ann founds the group Food Bank with Bob
Bob makes Carl an admin of Food Bank
Carl publishes the form "tools" for Food Bank saying "to lend"
Carl leaves the group Food Bank
"tools" of Food Bank shows "to lend"
Bob makes Carl a member of Food Bank
Carl publishes the form "tools" for Food Bank saying "mine" all the same
"tools" of Food Bank shows nothing

# the community's forms are its stewards', and nobody has one alone
Ann founds Riverside
Bob joins through Ann
Bob may not publish forms because not published this way
Bob may not publish forms for Riverside because only a steward
Ann publishes the form "lunch" for Riverside saying "lunch club"
Bob publishes the form "lunch" for Riverside saying "mine" all the same
"lunch" of Riverside shows "lunch club"
Bob publishes the form "own" for Bob saying "mine" all the same
"own" of Bob shows nothing
