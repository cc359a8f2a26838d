# Posters, who asked to join, newcomers
poster-make = Make a poster
poster-title = A poster for many people
poster-about = Whoever uses it asks to join. You say yes or no to each. Keep this computer on now and then.
poster-note = A note to yourself
poster-note-hint = For example Library door
poster-note-private = It stays on this computer.
poster-ready = Your poster is ready
poster-save-pdf = Save it to print (PDF)
poster-save-png = Save the picture (PNG)
invites-open = Invites that still work
invites-none = None at the moment.
invite-is-poster = Poster
invite-is-one = Invite for one person
invite-waiting =
    { $count ->
        [one] 1 person waits for your answer
       *[other] { $count } people wait for your answer
    }
invite-revoke = Withdraw this invite
invite-revoked = It is withdrawn. Nobody can use it any more.
sure-revoke = Withdraw this invite?
sure-revoke-note = Withdraw the invite “{ $note }”?
sure-revoke-do = It can never be used again. Those who joined with it stay.
askers = These people ask to join
askers-do = Ask each one for the code on their screen. It must be the same as here.
asker-code = Code { $code }
asker-same-name = Somebody else here has the same name
asker-confirm = Let { $name } in
asker-refuse = Say no to { $name }
asker-in = { $name } is in.
asker-refused = You said no to { $name }.
sure-refuse = Say no to { $name }?
sure-refuse-do = They cannot ask again with this poster.
newcomers = Newcomers
newcomers-on = Newcomers can enter without an invite.
newcomers-off = Nobody can enter without an invite.
newcomers-about = A newcomer can read what members read. To share things, a member must let them in.
newcomers-accept = Accept newcomers
newcomers-stop = Stop accepting newcomers
newcomers-organisers = Only organisers can change this.
waits-askers =
    { $count ->
        [one] 1 person asks to join
       *[other] { $count } people ask to join
    }
waits-askers-see = See who asks
enter-near = Enter { $name } as a newcomer
enter-about = Without an invite, if it lets newcomers in. You read what members read. To share things, a member must let you in.
entered-name = You are in { $name } as a newcomer. You can read. To share things, a member must let you in.
asking-somewhere = You have asked to join
asking-title = You have asked to join { $name }
asking-do = Somebody there has to say yes. This keeps asking by itself. Keep this computer on now and then.
asking-code = Your code is { $code }
asking-stop = Stop asking
asking-again = Close this and start again
fault-invite-revoked = This invite was withdrawn
fault-invite-refused = Somebody said no
fault-invite-refused-do = Ask the people you know there.
fault-needs-invite = This community lets nobody in without an invite
fault-needs-invite-do = Ask somebody there for an invite.
fault-newcomers-full = All places for newcomers are taken
fault-poster-full = Too many people wait at this poster
fault-poster-full-do = Try again tomorrow.
fault-approved-another = You agreed to another change already
fault-approved-another-do = Agreeing to two could split the community. Talk to the other organisers first.
fault-needs-words = This needs your 24 words
fault-needs-words-do = They are not on this computer. Type them from your paper.
fault-no-key-yet = They cannot get private words yet
fault-no-key-yet-do = Their computer must be on once first. Try again later.
fault-banned = They were taken out of this community
fault-invites-used-up = Too many people were let in already
