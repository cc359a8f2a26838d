# People, groups and organisers
page-people = People and groups
page-person = One person
page-group = One group
people-none = Nobody is here yet
people-none-do = People show here as soon as your computer meets another one.
people-gone =
    { $count ->
        [one] Show 1 person who waits, left or was taken out
       *[other] Show { $count } people who wait, left or were taken out
    }
role-organiser = Organiser
role-member = Member
role-newcomer = Newcomer, can read
role-keeper = Keeps copies only
standing-removed = Taken out
standing-left = Left
standing-waiting = Waits to be let in
that-is-you = This is you
blocked-here = Blocked on this computer
groups = Groups
groups-none = There are no groups yet.
group-mine = You share in its name
group-start = Start a group
group-start-title = What is the group called?
group-start-about = A group shares things in its own name. You will look after it.
group-start-organisers = Organisers can start a group. Ask one of them.
group-name = Name of the group
group-name-hint = For example Riverside Food Bank
group-name-missing = Please type a name first.
group-about = What it does
group-about-hint = A sentence or two
group-started = { $name } is started.
never-mind = Never mind
organisers = Organisers
organisers-rule =
    { $count ->
        [one] 1 organiser must agree before the organisers change.
       *[other] { $count } organisers must agree before the organisers change.
    }
organisers-how = To propose an organiser, open that person’s page.
organisers-split = Two changes of organisers contradict each other
organisers-split-do = Until the key holders choose one, people can only be taken out and things hidden.
organisers-holds = Enough organisers agree. This is how it is now.
organisers-missing =
    { $count ->
        [one] 1 more organiser must agree.
       *[other] { $count } more organisers must agree.
    }
proposal-waits = A change of organisers was proposed
proposal-joins = New organisers: { $names }.
proposal-leaves = No longer organisers: { $names }.
proposal-other = A change in how the organisers work.
proposal-approved = Agreed so far: { $names }
proposal-approve = Agree to this change
proposal-mine = You agreed to it.
proposal-organisers-only = Only organisers can agree to it.
sure-approve = Agree to this change?
sure-approve-do = You cannot undo this once you agree.

# One person
person-none = Nobody by this name is here
person-none-do = They may not have arrived on this computer yet.
count-computers =
    { $count ->
        [0] No computer yet
        [one] 1 computer
       *[other] { $count } computers
    }
has-gateway = May share the internet of a building
has-mentor = Mentor of people under 18
has-invites =
    { $count ->
        [one] May let in 1 person
       *[other] May let in { $count } people
    }
grant-take-back = Take back: { $what }
grant-gateway = Let { $name } share the internet of a building
grant-mentor = Make { $name } a mentor of people under 18
grant-invites-about = How many people may { $name } let in, all in all?
grant-invites-choose = Choose a number to go on.
grant-invites =
    { $count ->
        [one] Let them invite 1 person
       *[other] Let them invite { $count } people
    }
person-groups = In these groups
person-pen-name = Beside what they share with everybody, others see “{ $name }”.
person-why = Why it is so
person-can = What you can do
person-organisers-only = Only organisers can take people out and give special roles.
person-is-organiser = The organisers decide together about one of them.
person-allow = Let { $name } in
person-allow-again = Let { $name } in again
person-allowed = { $name } is a member now.
person-granted = { $name } may do that now.
person-ungranted = { $name } may not do that any more.
person-block = Block { $name } on this computer
person-unblock = See { $name } again
person-blocked = You will not see what { $name } shares.
person-unblocked = You see what { $name } shares again.
person-block-about = This is only for you. Nobody is told.
person-remove = Take { $name } out
person-remove-title = Why do you take { $name } out?
person-remove-reason = The reason
person-remove-reason-hint = A sentence others will understand
person-remove-reason-seen = Every member can read it. You can withdraw the words later.
person-remove-content = What they shared:
content-keep = Keep showing it
content-hide = Stop showing it
person-remove-who = Who goes:
person-remove-one = Only this person
person-remove-everyone = Also everybody they let in
person-removed = { $name } is out.
person-removed-kept =
    { $count ->
        [one] 1 thing they shared stays.
       *[other] { $count } things they shared stay.
    }
person-removed-also = Also out: { $names }.
sure-remove = Take { $name } out?
sure-remove-do = All their computers are shut out. Only an organiser can let them in again.
sure-remove-all-do = They and everybody they let in are shut out. Only an organiser can let them in again.
organiser-make = Propose { $name } as organiser
organiser-end = Propose that { $name } stops being an organiser
organiser-step-down = Propose to stop being an organiser
sure-organiser = Propose { $name } as organiser?
sure-organiser-do = Organisers let people in and take them out. You alone cannot undo this.
sure-organiser-end = Propose that { $name } stops being an organiser?
sure-organiser-end-do = They stay a member. You alone cannot undo this.
sure-step-down = Stop being an organiser?
sure-step-down-do = You stay a member. The others decide whether you become one again.
why-started = { $name } started this community.
why-seated = { $name } is an organiser. The organisers agreed to it.
why-split = { $name } cannot act as organiser while the organisers are split.
why-admitted = { $name } was let in by a member.
why-not-admitted = Somebody let { $name } in who could not do that.
why-joined = { $name } came in as a newcomer.
why-removed = { $name } was taken out by an organiser.
why-left = { $name } left.
why-recovered = { $name } got a new key with the help of friends.
why-recovery-asked = A new key is asked for { $name }.
why-granted = { $name } has a special role.
why-granted-before = { $name } had a special role. It was taken back.
why-cannot-invite = { $name } cannot let others in.
why-computer-out = A computer of { $name } was taken out.
why-unknown = Nobody has let { $name } in, as far as we know here.
why-other = There is more about { $name }. See the details.

# One group
group-none = This group is not here
group-none-do = It was closed, or has not arrived on this computer yet.
group-only = It shares only: { $kinds }.
group-members = Who is in it
group-admin = Looks after it
group-admins-only = Those who look after the group can add people.
see-person = See { $name }
group-admin-make = Let { $name } look after it
group-admin-end = Make { $name } a plain member
group-admin-made = { $name } looks after the group now.
group-take-out = Take { $name } out of the group
group-taken-out = { $name } is out of the group.
group-everybody = Everybody here is in it.
group-add-who = Who else should be in it?
group-add-hint = Type a name
group-add-nobody = Nobody here has that name.
group-add = Add { $name }
group-added = { $name } is in the group.
more-of-them =
    { $count ->
        [one] 1 more. Type a name to find them.
       *[other] { $count } more. Type a name to find them.
    }
group-computers = Its own computers
group-computers-none = It has no computer of its own.
computer-key = Computer { $key }
computer-this = This one
group-leave = Leave { $name }
group-left = You left { $name }.
sure-group-leave = Leave { $name }?
sure-group-leave-do = What you shared in its name stays. Somebody there must add you to come back.
group-close = Close { $name }
group-closed = { $name } is closed.
group-close-content = What the group shared:
sure-group-close = Close { $name }?
sure-group-close-do = It cannot be opened again. Nobody can share in its name any more.
group-ask = Ask the organisers for a group
group-share = Share something as { $name }
