# What people read on the page. Plain words, short sentences.
skip = Skip to the main part
menu = Menu
home = Home
find = Find
notices = Notices
events = What’s on
help = Help
install = Get Hedgerow
poster = Poster for the wall
foot = This page comes from a computer near you. It works without the internet.
pages = More pages
more = Show more
first-page = Back to the start of the list

# First screen
home-question = What are you looking for?
find-label = Words to look for
do-find = Find
open-right-now = Open right now
all-listings =
    { $count ->
        [0] No listings yet
        [one] See the one listing here
       *[other] See all { $count } listings
    }
home-subjects = Kinds of help
notices-none = There are no notices now.
notices-feed = Follow these notices in a feed reader
notices-all = See all notices
events-none = Nothing is planned yet.
events-feed = Follow all of this in your calendar
events-all = See everything that’s on
home-install = Take part
home-install-text = With Hedgerow on your own computer you can add things, ask for help in private, and keep all of this at home.

# Finding
find-near = Town or postcode
find-kind = What kind of thing
find-everything = Everything
find-services = Help and services
find-open = Open now
find-all = Everything here
found-for = Found for “{ $name }”
found-count =
    { $count ->
        [0] Nothing found
        [one] 1 thing found
       *[other] { $count } things found
    }
found-none = Nothing here fits. Try fewer words, or leave the town empty.
kind-notice = Notice
kind-event = Event
kind-organization = Organisation
kind-place = Place
kind-subject = Subject
kind-service = Service
badge-cancelled = Cancelled
badge-over = No longer true
badge-urgent = Urgent
badge-warning = Take care
notice-since = Since { $name }
also-from =
    { $count ->
        [one] Also listed by 1 other
       *[other] Also listed by { $count } others
    }

# One thing
item-dates = Next times
item-hours = Opening hours
item-access = Getting in and around
item-subjects = Kinds of help
item-facts = At a glance
item-by = Run by
item-where = Where
item-cost = Cost
item-phone = Telephone
item-email = Email
item-web = Website
item-web-note = This leads to the internet.
item-calendar = Calendar
item-calendar-add = Add to your calendar
item-sources = Where this comes from
somebody = Somebody here
from-one = From { $name }
from-both = From { $name } ({ $directory })
written-on = Written on { $name }
checked-on = Checked on { $name }
checked-not-since = Not checked since { $name }
checked-unknown = Not known when this was last checked
next-unknown = No next date known

# Opening
open-now = Open now
open-until = Open now, until { $name }
open-until-day = Open now, until { $day } { $time }
closed-now = Closed now
opens-day = Closed now, opens { $day } at { $time }
hours-unknown = Hours not known
all-day = open all day
closed-for-good = Closed for good
from-to = { $from } to { $to }
midnight = midnight
today = today
tomorrow = tomorrow
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
on-weekday-1 = Monday
on-weekday-2 = Tuesday
on-weekday-3 = Wednesday
on-weekday-4 = Thursday
on-weekday-5 = Friday
on-weekday-6 = Saturday
on-weekday-7 = Sunday
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
short-month-1 = Jan
short-month-2 = Feb
short-month-3 = Mar
short-month-4 = Apr
short-month-5 = May
short-month-6 = Jun
short-month-7 = Jul
short-month-8 = Aug
short-month-9 = Sep
short-month-10 = Oct
short-month-11 = Nov
short-month-12 = Dec

# Help
help-question = What is this page?
help-what = It shows what people here share with everybody: help and services, notices, and what’s on. Nobody needs an account to read it.
help-offline = The computer that shows it is in this building or close by. It keeps all of this on its own disk, so it works when the internet does not.
help-find = How do I find something?
help-find-text = Type a word, such as food or library. Add a town or postcode to see what is near. Tick “Open now” to leave out what is shut.
help-private = What is kept about me?
help-private-text = Nothing. No cookies, no names, and no note of what you read or look for. When you close this page, nothing of your visit is left here.
help-private-wifi = Other people on the same Wi-Fi could see what you open here, as on any page without a lock. Please type nothing secret.
help-wrong = What if something is wrong?
help-wrong-text = Each thing says who it comes from. Please tell them. The people who look after this community can hide what should not be here.
help-see = Can I make it easier to read?
help-see-text = Make the letters larger with your browser: hold Ctrl and press +. The page follows the light or dark setting of your device. You can use all of it with a keyboard or a screen reader.
help-programs = Can programs read it too?
help-programs-text = Yes. Everything on this page is also there in open formats:
help-programs-whose = The words belong to those who wrote them. Each thing says who that is: ask them before you use it elsewhere.

# Getting Hedgerow
install-question = How do I get Hedgerow?
install-why = You can read everything on this page without it. With Hedgerow on your own computer you can also add things and ask for help in private.
install-get = Get the program
install-ask = Ask the people who look after this place. They can copy it to a USB stick for you.
install-take = Take it from here:
install-linux = It needs a computer with Linux. An old one is fine.
install-invite = Ask for an invite
install-invite-text = Somebody who already takes part can make one for you. It works once.
install-join = Join
install-join-text = Start Hedgerow and choose “Use an invite”. Your computer then fetches everything from computers near you. No internet is needed.

# The poster
poster-question = Would you like to hang this page on the wall?
poster-title = { $name }: what is near you
poster-title-plain = What is near you
poster-alt = A square picture that a telephone’s camera reads. It opens { $name }
poster-step-1 = Join the Wi-Fi of this building.
poster-step-2 = Point your camera at the picture, or type the address.
poster-step-3 = Find help, notices and what’s on. It costs nothing.
poster-foot = No account, no cookies. What you read is not kept.
poster-join = Join { $name }
poster-join-plain = Join this community
poster-join-step-1 = Start Hedgerow on your computer.
poster-join-step-2 = Read the picture with a telephone and send its text to your computer.
poster-join-step-3 = Paste it where Hedgerow asks for your invite.
poster-join-foot = Somebody here says yes to each who asks. They may ask for the code that your computer shows.
poster-pdf = Print the poster (PDF)
poster-png = Just the picture (PNG)
poster-note = The address can change when this computer gets a new place on the network. Then print the poster again.

# When it does not work
fault-home = Go to the first screen
fault-busy = Many people are reading just now.
fault-busy-do = Wait a few seconds, then try again.
fault-empty = There is nothing to read here yet.
fault-empty-do = This computer does not belong to a community yet. Ask the people who look after it.
fault-gone = This is not here any more.
fault-gone-do = It may have been withdrawn by who wrote it, or it is over. Nothing is wrong with your device.
fault-nowhere = There is no such page here.
fault-nowhere-do = Check the address for a slip, or start from the first screen.
fault-read-only = This page is only for reading.
fault-read-only-do = To add or change things, use Hedgerow on your own computer.
