# Colours, and what happens behind the window
colours = Colours
colours-system = As on the rest of this computer
colours-light = Light
colours-dark = Dark
colours-high = High contrast
background = When you close this window
background-about = While Hedgerow goes on, your neighbours can still find what you share, and you get their news.
background-on = Hedgerow goes on without it
background-off = Hedgerow stops too
autostart = Start Hedgerow when this computer starts
close-question = Should Hedgerow go on without this window?
close-meaning = While it goes on, this computer still shares with your neighbours and gets their news. It needs little power.
close-later = You will not be asked again. You can change this in Settings. Where your desktop has room for it, a leaf beside the clock shows it.
close-keep = Close the window only
close-stop = Stop Hedgerow too
attached-goes-on = This window started Hedgerow. It goes on when you close this window.

# Help and checks
page-checks = Help and checks
checks-fine = Everything is fine
checks-open =
    { $count ->
        [one] 1 thing needs you
       *[other] { $count } things need you
    }
check-runs = Hedgerow { $version } runs on this computer
check-linked =
    { $count ->
        [one] Linked with 1 other computer
       *[other] Linked with { $count } other computers
    }
check-alone = No other computer is near
check-alone-do = What is kept here still works. News comes when you meet another computer of your community.
check-alone-fix = See who is connected
check-fresh = You have everything your neighbours have.
check-updating = News is on its way from your neighbours.
check-only-here = What you publish is kept on this computer alone, until you meet another one.
check-space = { $used } of your disk is used
check-space-of = Hedgerow may use { $all } at most.
report-copy = Copy the report
report-about = It helps somebody who helps you. It has no names and no addresses in it.
help-questions = Often asked
help-lost = What if this computer is lost or breaks?
help-lost-do = Your community keeps what you published. You come back with your 24 recovery words. Write them down on paper.
help-find = Why can I not find something?
help-find-do = Try fewer words. If you were away, wait until “Up to date” stands at the bottom of the window.
help-away = What works without the internet?
help-away-do = All of it. You read and write as always. News travels when computers meet, or on a stick that somebody carries.
size-bytes =
    { $count ->
        [one] 1 byte
       *[other] { $count } bytes
    }
size-kb = { $number } kB
size-mb = { $number } MB
size-gb = { $number } GB
size-tb = { $number } TB

# What people come for
way-open = Find what is open now
way-internet = Use a building’s internet
way-help = Ask for help
way-site = Visit a local site

# The sign beside the clock
tray-goes-on = Hedgerow goes on without its window
tray-open = Open the window
tray-stop = Stop Hedgerow

# Nothing typed is lost
field-left =
    { $count ->
        [one] One more letter fits.
       *[other] { $count } more letters fit.
    }
field-full =
    { $count ->
        [one] This is full. Only one letter fits here.
       *[other] This is full. No more than { $count } letters fit here. What came after was left out.
    }
unsent-question = Close without sending?
unsent-meaning = You typed something private that was not sent. It is kept nowhere but in this window. If you close it, it is gone.
unsent-close = Close the window
fault-busy = This was not done
fault-busy-do = This computer is busy with many things. Nothing was changed. Wait a moment, then try again.

# What came in
bell = What the desktop tells you
bell-about = When a request, an answer, a new person or a notice comes in, a short message can say so.
bell-on = Tell me what comes in
bell-off = Tell me nothing
bell-open = Open Hedgerow to see it.
bell-request = { $name } asks for help
bell-answer = Somebody answered you
bell-report = Somebody reported something to you
bell-asker = { $name } asks to join
bell-person = { $name } joined your community
bell-notice = New notice: { $title }
bell-many =
    { $count ->
        [one] 1 new thing came in
       *[other] { $count } new things came in
    }
bell-notices =
    { $count ->
        [one] 1 notice
       *[other] { $count } notices
    }
bell-requests =
    { $count ->
        [one] 1 request
       *[other] { $count } requests or answers
    }
bell-askers =
    { $count ->
        [one] 1 person asks to join
       *[other] { $count } people ask to join
    }
bell-people =
    { $count ->
        [one] 1 person joined
       *[other] { $count } people joined
    }
rail-new =
    { $count ->
        [one] 1 new
       *[other] { $count } new
    }
