# What people read in the desktop. Plain words, short sentences.
app-name = Hedgerow
page-home = Home
page-find = Find
page-item = One thing in full
page-invite = Invite somebody
page-links = Who’s connected
page-settings = Settings
do-search = Search
do-back = Go back
do-larger = Make everything larger
do-smaller = Make everything smaller
back = Back
back-to-results = Back
try-again = Try again
details = Details
details-document = As a computer reads it
copy = Copy
copied = Copied
copy-that = Copy { $what }
loading = Looking…
someone = Somebody here
a-computer = A computer here
done = Done
not-done = Still to do
menu = Menu
do-palette = Find a command
palette-hint = What would you like to do?
palette-none = No command has these words
doing = Working on it…
doing-more = You can go on meanwhile.
doing-stop = Stop waiting
undo = Undo
put-away = Close
sure-no = No, leave it as it is

# First minutes
welcome-language = Which language would you like?
welcome-language-use = Use English
welcome-about = Hedgerow links the computers of people and places near you. It works without the internet.
welcome-name = What is your name?
your-name = Your name
your-name-hint = For example Gwen Morris
your-name-seen = Everyone in your community will see this name. You can withdraw it later. It then goes from the other computers when they hear of it. After 400 days at most it is gone from all of them.
your-name-missing = Please type a name first. A first name is enough.
use-name = Use this name
welcome-community = Which community would you like to join?
near = Communities near you
near-looking = Looking for communities near you…
near-none = No community found near you yet.
near-none-do = This list fills by itself when one is near. Use the same Wi-Fi or cable as a neighbour. You can also use an invite or start a community.
near-unnamed = A community without a name
near-computers =
    { $count ->
        [one] 1 computer near you
       *[other] { $count } computers near you
    }
look-around = Look around { $name }
look-around-about = You read what is open to everybody. Nobody hears your name.
join-near = Join { $name }
join-near-about = With an invite that somebody there made for you.
have-invite = Use an invite
have-invite-about = You have one as a text, a file or a picture.
start-community = Start a community
start-community-about = For a place that has none yet. You become its first organiser.
welcome-invite = What is your invite?
welcome-invite-about = Somebody in the community can make one for you. It works once. Their computer must be on when you join.
invite-is-picture = Is it a picture? Drop the picture on this window, or a photo of it.
invite-field = Your invite
invite-field-hint = Paste its text here, or drop its file or picture on this window
invite-missing = Please paste your invite first.
join-seen = You will join as { $name }. Everyone there will see that name.
join = Join the community
joining = Joining. This can take a few seconds.
joined-name = You have joined { $name }. Welcome!
joined = You have joined. Welcome!
welcome-start = What is your community called?
community-name = Name of the community
community-name-hint = For example Riverside
community-name-missing = Please type a name for the community first.
single-organiser = You will be the only organiser
single-organiser-do = If this computer is lost, nobody can let people in or put things right. Invite a second person soon.
start-named = Start { $name }
starting = Starting your community.

# Looking around without joining
look-title = What everybody may read
looking-at = You are looking at { $name }. You have not joined. You see only what is open to everybody.
so-says = So says the computer of { $name }.
so-says-somebody = So says a computer nearby. It does not give a name.
look-stop = Stop looking around

# How things are
state-starting = Starting
state-starting-sentence = Hedgerow is getting ready on this computer.
state-connected = Connected
state-connected-sentence =
    { $count ->
        [one] Linked with 1 other computer.
       *[other] Linked with { $count } other computers.
    }
state-nearby = Nearby only (fine)
state-nearby-sentence =
    { $count ->
        [one] Linked with 1 computer near you. No internet is needed.
       *[other] Linked with { $count } computers near you. No internet is needed.
    }
state-looking = Looking
state-looking-sentence = Looking for other computers.
state-alone = On your own
state-alone-sentence = No other computer is near right now. What is kept here still works.
state-paused = Paused
state-paused-sentence = Sharing is paused on this computer.
state-needs-you = Needs you
state-needs-you-sentence = There is something for you to do.
content-up-to-date = Up to date
content-updating = Updating
content-part = No room for everything
content-only-here = Only on this computer
copies =
    { $count ->
        [one] Kept on 1 computer
       *[other] Kept on { $count } computers
    }
attached-running = Hedgerow was running already. It goes on when you close this window.
attached-started = This window started Hedgerow. It stops when you close this window.
attached-change = Change this

# Home
home-organiser = You are { $name }, an organiser here.
home-member = You are { $name }.
count-people =
    { $count ->
        [one] 1 person
       *[other] { $count } people
    }
count-services =
    { $count ->
        [one] 1 service
       *[other] { $count } services
    }
count-notices =
    { $count ->
        [one] 1 notice
       *[other] { $count } notices
    }
count-events =
    { $count ->
        [one] 1 event
       *[other] { $count } events
    }
warn-one-organiser = There is only one organiser
warn-one-organiser-do = If this computer is lost, nobody can let people in. Invite a second person soon.
warn-single-copy = New things are only on this computer
warn-single-copy-do = They are safe here. Others get them as soon as a computer of your community is near.
warn-saving-stopped = The disk takes nothing new, so nothing is saved
warn-saving-stopped-do = What was saved is kept. Make some room on the disk, or have it checked. Saving goes on by itself after that.
warn-disk-low = Space is running out
warn-disk-low-do = Most of the space set aside for Hedgerow is used.
warn-clock-wrong = The clock of this computer seems wrong
warn-clock-wrong-do = Set the date and time in the settings of the computer.
warn-port-taken = Another program was here first
warn-port-taken-do = Hedgerow found another way. Computers near you still find this one.
warn-cannot-look = Computers near you cannot be found by themselves
warn-cannot-look-do = Something on this computer stops Hedgerow from looking around. Invites still work.
warn-index-rebuilt = The list for searching was made again
warn-index-rebuilt-do = It was missing or damaged. Nothing was lost.
warn-state-damaged = A list that this computer keeps was damaged
warn-state-damaged-do = It begins again. What was in it is kept beside it. If this happens again, have the disk looked at.
warn-damaged = Some of what was saved here was damaged
warn-damaged-do = What is missing comes back from other computers. If it happens again, have the disk looked at.
warn-join-ended = You asked to join, and were not let in
warn-join-ended-do = Ask somebody there for an invite.
warn-askers = Somebody asks to join
warn-askers-do = They wait for your yes or no.
warn-update = This computer needs a newer Hedgerow
warn-update-do = Until then you can read here, but not write.
warn-split = The organisers do not agree
warn-split-do = Two changes go against each other. Those who keep the keys of the community must choose one.
warn-not-fixed = Who the organisers are is not safe yet
warn-not-fixed-do = Whoever started the community can make it safe on their computer.
warn-silent = Not all news from the organisers is here
warn-silent-do = You may not know yet who was let in or taken out. Meet a computer of an organiser.
warn-approval = Your yes is asked for
warn-approval-do = Somebody wants to change who the organisers are.
warn-recovery = A new key is asked for somebody
warn-recovery-do = It lets a new computer speak for them. Talk to them in person before you agree.
warn-new-key = Somebody asks for a new key in your name
warn-computer-out = This computer was taken out
warn-computer-out-do = You still belong, but what you write on it does not count. Leave on it, then come back with your words.
warn-copied = A copy of this computer’s folder is in use elsewhere
warn-copied-do = Nothing is lost. Stop using one of the two.
warn-restored = This computer was put back from an older copy
warn-restored-do = What you made later came back from other computers. Nothing is lost.
warn-page = Nobody can open the page for the building’s Wi-Fi
warn-page-do = Another program may be in its place. You can turn the page off.
todo = Getting started
todo-member = Belong to a community
todo-words = Write down your 24 words. They bring you back when this computer is lost.
todo-invite = Invite somebody you trust
todo-content = Find something near you
notices = Notices
notices-none = No notices right now.
notices-none-do = When somebody writes one, it shows here.
events = Coming events
events-none = No events are coming up.
events-none-do = When somebody adds one, its day shows here.

# Find
search-hint = Search for a service, a notice or an event
open-now = Open now
show-more = Show more
found-count =
    { $count ->
        [one] 1 thing found
       *[other] { $count } things found
    }
find-none = Nothing found for “{ $text }”
find-none-do = Try fewer or other words. The first letters of a word are enough.
find-none-open = Nothing is open now
find-none-open-do = Press “Show everything” to see the rest.
find-empty = There is nothing here yet
find-empty-do = Things show here as soon as somebody shares them, or when your computer meets another one.
kind-service = Service
kind-notice = Notice
kind-event = Event
kind-place = Place
kind-subject = Subject
kind-name = Name
kind-note = Note about something taken away
kind-gateway = Rules for sharing a building’s internet
kind-other = Something else
open-yes = Open
open-no = Closed now
open-never = Closed for good
checked-never = Nobody has checked it yet
checked-today = Checked today
checked-yesterday = Checked yesterday
checked-days =
    { $count ->
        [one] Checked 1 day ago
       *[other] Checked { $count } days ago
    }
checked-on = Checked on { $day }
checked-not-since = Not checked since { $when }
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December

# One thing in full
hours = Opening hours
note = Please note
contact = Get in touch
cost = Cost
contact-person = Ask for
contact-phone = Phone
contact-email = Email
contact-web = Web page
sources = Who says so
item-withdrawn = This was withdrawn
item-withdrawn-do = The people who shared it no longer stand by it.
item-two-places = Changed in two places
item-two-places-do = Two computers changed this at the same time. You see the newer one.
item-two-places-choose = Choose the one that is right.

# Invite
invite-title = Invite somebody to { $name }
invite-about = An invite lets one person in, once.
invite-about-on = It works for seven days. Keep this computer on while they join.
invite-make = Make an invite
invite-making = Making an invite…
invite-ready = Your invite is ready
invite-copy = Copy the invite
invite-save = Save it as a file
invite-saved = Saved as { $path }
invite-another = Make another invite
invite-picture = The invite as a picture, for a phone to read
invite-not-yet = You cannot invite anybody yet
invite-not-yet-do = First join a community yourself.
left-none = It no longer works. Make a new one.
left-days =
    { $count ->
        [one] It works for 1 more day.
       *[other] It works for { $count } more days.
    }
left-hours =
    { $count ->
        [one] It works for 1 more hour.
       *[other] It works for { $count } more hours.
    }

# Who’s connected
links-none = No other computer yet
links-none-do = Other computers of your community show here when they are near. They need the same Wi-Fi or cable.
link-near = Linked, near you
link-far = Linked, far away
link-seen = Seen, but not linked
link-away = Not here now

# Settings
language = Language
text-size = Text size
size-normal = Normal
size-large = Large
size-larger = Larger
size-largest = Largest
shortcuts = Keys

# What went wrong
fault-offline = Hedgerow is not running on this computer
fault-offline-do = What was saved is still there. Try again to start it.
fault-clock-behind = The clock of this computer is behind
fault-clock-behind-do = Put the clock right. Or wait until it has met another computer of your community. Nothing was lost.
fault-file = The file { $name } could not be used
fault-file-do = Check that it is there and that you may open it.
fault-no-invite = No invite can be seen in this picture
fault-no-invite-do = Take the picture again: near, straight and in good light. Or ask for the invite as text.
fault-invite-damaged = This invite cannot be read
fault-invite-damaged-do = A part of it may be missing. Copy all of it and paste it again.
fault-invite-used = This invite was used before
fault-invite-expired = This invite is too old
fault-invite-unknown = This invite is not known any more
fault-invite-ask-again = Each invite works once, for seven days. Ask for a new one.
fault-invite-elsewhere = This invite is for another community
fault-invite-elsewhere-do = This computer belongs to one community already.
fault-invite-limit = Too many invites are open
fault-invite-limit-do = Wait until somebody has used one, or until one is too old.
fault-not-reachable = The other computer did not answer
fault-not-reachable-do = It may be turned off or out of reach. Go nearer, use the same Wi-Fi, and try again.
fault-other-version = The other computer has another version of Hedgerow
fault-other-version-do = Both need the same version. Update the older one.
fault-not-allowed = You may not do this
fault-not-allowed-do = Ask an organiser of your community.
fault-not-found = This is not here any more
fault-not-found-do = It may have been withdrawn.
fault-state-unreadable = Something saved on this computer cannot be read
fault-state-unreadable-do = What needs it is off, so that nothing is lost. Have the disk looked at.
fault-disk-full = The space on this computer is full
fault-disk-full-do = Nothing was lost. Make some room, then try again.
fault-no-community = There is no community here yet
fault-no-community-do = Join one or start one first.
fault-other = Something did not work
fault-other-do = Try again. The details say more.

# Whoever was taken out
out = You were taken out of { $name }
out-said = { $who }’s computer says that you were taken out of { $name }
out-reason = The reason given: { $reason }
out-no-reason = No reason was given.
out-do = Ask an organiser why, and if you can come back. What you shared stays on this computer. You can still read what is kept here.
out-ask = See who the organisers are
out-kept = Look at what is kept here
state-out = Taken out
state-out-sentence = You do not belong to { $name } any more. You can still read what is kept here.
