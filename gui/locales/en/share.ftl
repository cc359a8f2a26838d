# What people publish, find and carry. Plain words, short sentences.
page-things = My things
page-write = Share something
page-import = Lists and sticks
page-hidden = Hidden and blocked
page-activity = Activity

# How long ago
ago-now = Just now
ago-minutes =
    { $count ->
        [one] 1 minute ago
       *[other] { $count } minutes ago
    }
ago-hours =
    { $count ->
        [one] 1 hour ago
       *[other] { $count } hours ago
    }
ago-days =
    { $count ->
        [one] Yesterday
       *[other] { $count } days ago
    }

# My things
things-about = What you and your groups share. Check now and then that it is still right, and say so.
things-none = You share nothing yet
things-none-do = Add a service or an event, or write a notice. Others find it within seconds, or when their computer meets yours.
things-count =
    { $count ->
        [one] 1 thing
       *[other] { $count } things
    }
things-more = Find all of my things
things-begun = Not published yet
things-go-on = Go on writing { $title }
thing-see = See it
thing-see-it = See { $title }
thing-change = Change it
thing-change-it = Change { $title }
thing-check = I checked it today
thing-check-it = I checked { $title } today
thing-withdraw = Withdraw it
thing-withdraw-it = Withdraw { $title }
check-by = Check again by { $day }
seen-by-members = Only members see it
done-published = { $title } is published
done-changed = { $title } is changed
done-checked = { $title } is marked as checked today
done-withdrawn = { $title } is withdrawn
done-put-back = It is as it was before
done-saved = Saved as { $path }

# Writing
write-which = What would you like to share?
write-service = Add a service
write-service-about = Something people can use: a library, a lunch club, a repair café.
write-notice = Write a notice
write-notice-about = Something people should know for a while.
write-event = Add an event
write-event-about = Something that happens on a day.
write-change = Change { $title }
write-nothing = There is nothing to write here
write-nothing-do = Go back and choose what to write.
write-not-mine = This is not yours to change
write-not-mine-do = Ask the people who share it, or an organiser.
write-no-form = This cannot be changed here
write-no-form-do = It has a form that this page does not know. It is safe where it is.
write-not-yet = You cannot share anything yet
write-not-yet-do = Somebody in the community has to let you in first.
write-needs-name = Only the name is needed. The rest can stay empty.
write-needs-title = Only the title is needed. The rest can stay empty.
write-needs-title-day = Only the title and the day are needed. The rest can stay empty.
write-kept = What you type is kept on this computer until you publish it.
write-anew = Start again
write-bring-back = Bring back what I typed
write-in-name = Shared by: { $name }
write-wrong =
    { $count ->
        [one] One thing needs a look
       *[other] { $count } things need a look
    }
write-wrong-do = Look at: { $fields }
write-preview = See it as others will
write-publish = Publish it
write-save = Save the changes
write-as = Who shares it?
owner-me = Me, as { $name }
write-for = Who may read it?
for-everybody = Everybody near, members or not
for-members = Only members of the community
write-name-seen = Your name stands beside it. You can withdraw it later. It then goes from the other computers when they hear of it. After 400 days at most it is gone from all of them.
write-hours-now = Opening hours now
write-hours-odd = These hours are too special for one line each. They stay unless you type new ones.
write-changed = Somebody changed this while you were writing
write-changed-do = Nothing is lost. What you typed is still here.
write-changed-see = See the newer one
write-changed-mine = Go on with mine
write-changed-theirs = Start again from the newer one
write-another = Share something else
preview-about = This is how others will see it. Nothing is published yet.
preview-back = Change something
published-title = It is published
published-where = Other computers get it within seconds, or when they next meet yours.
published-see = See it in full
see-my-things = See my things
field-name = What is it called?
field-title = Title
field-what = What is it, and for whom?
field-says = What does it say?
field-hours-notes = What should people know about the hours?
field-place-name = Name of the place
field-address = Street and number
field-town = Town or village
field-postcode = Postcode
field-organisation = Who runs it?
field-from = Show it from
field-until = Show it until
field-severity = How much does it matter?
field-day = On which day?
field-time = When does it start?
field-end-time = When does it end?
field-end-day = Last day
field-place = Where is it?
field-repeat = Does it repeat?
field-times = How many times in all?
notice-until = until { $day }
severity-info = Good to know
severity-warning = Take care
severity-urgent = Act now
repeat-once = No, it happens once
repeat-daily = Every day
repeat-weekly = Every week
repeat-fortnightly = Every second week
repeat-monthly = Every month, on the same day of the week
repeat-kept = As it is now
hint-service = For example Lunch club
hint-what = For example A warm meal and good company for anybody over 60
hint-hours = For example Mon-Fri 9:00-17:00
hint-hours-notes = For example Closed in August
hint-address = For example 12 Mill Lane
hint-town = For example Bideford
hint-postcode = For example EX39 1QS
hint-phone = For example 01632 960123
hint-email = For example hello@example.org
hint-web = For example https://example.org
hint-cost = For example Free, or £3 a meal
hint-organisation = For example Riverside Church
hint-notice = For example Water off on Mill Lane
hint-says = For example The water is off on Tuesday from 9 to 12
hint-event = For example Harvest supper
hint-event-what = For example Bring a dish to share
hint-day = For example 24 December 2026
hint-time = For example 18:30
hint-end-time = For example 20:00
hint-place = For example Village hall
hint-times = For example 10
help-hours = One line for each: the days, then the times. For example Tue,Thu 10:00-13:00.
help-organisation = Leave it empty if it is you.
help-from = Leave it empty to show it at once.
help-until = Leave it empty to show it for 30 days.
help-time = Leave it empty if it lasts the whole day.
help-end-time = Leave it empty if it lasts an hour.
help-end-day = Only if it ends on another day.
help-times = Leave it empty if it goes on.
wrong-name = Please type a name or title.
wrong-url = A web page starts with https:// or http://.
wrong-email = An email address looks like name@example.org.
wrong-hours = Write the days, then the times. For example Mon-Fri 9:00-17:00.
wrong-day = Write a day like 24/12/2026 or 24 December 2026.
wrong-time = Write a time like 18:30 or 6:30pm.
wrong-two-ways = Do you mean { $one } or { $other }? Please write it like that.
time-means = This means { $time }.
wrong-start-first = Please say when it starts first.
wrong-order = The end must come after the start.
wrong-until = It must end after it begins to show.
wrong-times = Write a number like 10.
wrong-long = This is too long. Please make it shorter.
wrong-first-day = The first day must be one of the days on which it repeats.
wrong-repeat = This way of repeating is not understood.

# Lists and sticks
import-list = Bring in a list of services
import-list-about = A table saved as CSV, as spreadsheets do it. One column must be called “name”. First you see what would come in. Nothing changes before you say so.
import-list-columns = Other columns that are read: description, organisation, place, address, town, postcode, phone, email, web, hours, cost. A list from a directory is read too.
done-taken-back = { $count ->
    [one] It is taken back.
   *[other] { $count } services are taken back.
}
import-file = Where is the file?
import-file-hint = For example services.csv
file-drop = Drop the file on this window, or type its name if it is in your Downloads or home folder.
file-missing = Please say where the file is first.
import-look = Look what is in it
import-go = { $count ->
    [one] Bring in 1 service
   *[other] Bring in { $count } services
}
import-nothing = Nothing in it is new. All of it is here already.
import-new =
    { $count ->
        [one] 1 new
       *[other] { $count } new
    }
import-changed =
    { $count ->
        [one] 1 changed
       *[other] { $count } changed
    }
import-same =
    { $count ->
        [one] 1 as before
       *[other] { $count } as before
    }
found-in-file = This is in the file
taken-from-file = This came in
aside-count =
    { $count ->
        [one] 1 entry cannot come in
       *[other] { $count } entries cannot come in
    }
aside-do = Put them right in the file, then bring it in again. What is there already stays as it is.
aside-more =
    { $count ->
        [one] And 1 more.
       *[other] And { $count } more.
    }
done-imported =
    { $count ->
        [one] 1 service came in
       *[other] { $count } services came in
    }
export = Save services as files
export-about = Other programs can read them. They are in the form that British directories use (Open Referral UK).
export-all = All services here
export-mine = Only mine and my groups’
export-go = Save the services
exported-count =
    { $count ->
        [one] 1 service is in the folder.
       *[other] { $count } services are in the folder.
    }
exported-left-out =
    { $count ->
        [one] 1 did not fit the form and was left out.
       *[other] { $count } did not fit the form and were left out.
    }
stick = Carry everything on a stick
stick-about = For a computer that is never near. Save a file on a stick, take it there, and bring theirs back.
stick-none = There is no stick in this computer.
stick-none-do = Put one in, and its name comes up here.
stick-save-on = Save everything on { $name }
stick-look-at = Look what is in { $file }
stick-saved = Everything is on the stick, as { $file }. You can take it out when you have done with it.
stick-pack = Save everything here
stick-file = Another folder, or a file from a stick
stick-file-hint = For example /media/stick
stick-look = Look what is here
stick-go = Take it in
stick-nothing = Nothing in it is new here.
stick-new =
    { $count ->
        [one] 1 new entry
       *[other] { $count } new entries
    }
stick-known =
    { $count ->
        [one] 1 entry was here already
       *[other] { $count } entries were here already
    }
stick-damaged =
    { $count ->
        [one] 1 part is damaged
       *[other] { $count } parts are damaged
    }
done-unpacked =
    { $count ->
        [one] 1 new entry came in
       *[other] { $count } new entries came in
    }

# Finding
find-services = Services
find-notices = Notices
find-events = Events
find-sites = Local sites
find-mine = Mine
show-everything = Show everything
near-field = Near which town or postcode?
near-hint = Town or postcode
as-list = List
as-map = Map
find-none-near = Nothing found near “{ $place }”
find-none-near-do = Try the name of the town alone, or the first part of the postcode.
find-none-kind = There is nothing of this kind yet
find-none-kind-do = Press “Show everything” to see the rest.
kind-site = Local site
kind-organisation = Organisation
map-closer = Go closer
map-further = Go further away
map-all = Show all of it
map-about = Press a point to see what is there. North is up.
map-name =
    { $count ->
        [one] Map with 1 place
       *[other] Map with { $count } places
    }
map-none = Nothing here says where it is on a map
map-none-do = The places are listed below by town.
map-elsewhere = Not on the map
map-elsewhere-about = These do not say exactly where they are.
map-no-place = No town known

# One thing
item-calendar = Save for my calendar
event-times = { $from } to { $to }
event-days = { $from } to { $to }
event-all-day = { $day }, all day
event-over = It is over
repeats-daily = It repeats every day
repeats-weekly = It repeats every week
repeats-fortnightly = It repeats every second week
repeats-monthly = It repeats every month
repeats-yearly = It repeats every year
repeats-other = It repeats on other days
repeats-unknown = It repeats, and no next date is known
item-report = Tell the organisers
item-hide = Hide it from everybody
item-unhide = Show it again
item-block = Stop seeing { $name }
item-hidden-by = Hidden by { $name }.
item-site = { $name } is a local site that goes with this
item-site-open = Open the local site
item-site-where = See it under Local sites
version-shown = Written { $when } by { $name }. This is the one you see.
version-other = Written { $when } by { $name }, on another computer.
version-says = It says:
version-not = It does not say:
version-same = It says the same.
version-withdrawn = There it was taken back.
version-keep-shown = Keep the one you see
version-keep-other = Use this one
reason-spam = It advertises, or comes again and again.
reason-wrong = It is wrong or misleads people.
reason-hurtful = It hurts or attacks somebody.
reason-private = It tells what is private.
reason-unlawful = It is against the law.
reason-other = Another reason.
reason-missing = Please choose a reason first.
own-words = You can leave this empty
hide-why = Why should nobody see it?
hide-about = It is not deleted, and you can show it again.
hide-text = Words that everybody can read
hide-go = Hide it now
done-hidden = { $title } is hidden from everybody
done-unhidden = { $title } is shown again
done-blocked = You do not see { $name } on this computer any more
done-unblocked = You see { $name } again
fault-hidden = The organisers have hidden this
fault-hidden-do = Nobody is shown it. If you think that is wrong, ask an organiser.
fault-changed = Somebody changed this meanwhile
fault-changed-do = Nothing was saved over it. Look at the newer one first.
fault-file-damaged = This file cannot be read
fault-file-damaged-do = A table needs a column called “name”. In other files, a part may be missing.
fault-too-large = This file is too large
fault-too-large-do = Split it into smaller files.

# Hidden and blocked
hidden-about = This is what the organisers hide from everybody, and why.
hidden-about-organiser = This is what is hidden from everybody, and why. You can show it again.
hidden-all = Everything they share
hidden-none = Nothing is hidden
hidden-none-do = When an organiser hides something, it stands here with the reason.
unhide-it = Show { $title } again
blocked = People you do not see
blocked-about = Only this computer knows. They are not told.
blocked-none = You see everybody
blocked-none-do = To stop seeing somebody, open something they share.
unblock = See them again
unblock-it = See { $title } again

# Activity
activity-about = What was shared and decided here lately. Point at a line to see the exact time.
activity-none = Nothing has happened yet
activity-none-do = What people share and decide shows here.
happened-by = { $by } { $what }
happened-published = published { $what }
happened-published-many =
    { $count ->
        [one] published something new
       *[other] published { $count } new things
    }
happened-changed = changed { $what }
happened-changed-many =
    { $count ->
        [one] changed something
       *[other] changed { $count } things
    }
happened-withdrawn = withdrew { $what }
happened-withdrawn-many =
    { $count ->
        [one] withdrew something
       *[other] withdrew { $count } things
    }
happened-request = sent a private message
happened-genesis = started the community
happened-admit = let somebody in
happened-join = came in
happened-device = added a computer
happened-device-out = took a computer out
happened-group = started a group
happened-group-member = changed who is in a group
happened-grant = gave somebody a role
happened-revoke = took somebody out, or took a role away
happened-organisers = decided about the organisers
happened-recovery = changed how to get back in
happened-hide = hid something
happened-unhide = showed something again
happened-profile = has a new name or description
happened-linked = { $name } was linked
happened-unlinked = { $name } went out of reach
