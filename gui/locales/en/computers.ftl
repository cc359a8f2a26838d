# My computers, my 24 words, recovery friends, going away, coming back
page-computers = My computers
page-computer-add = Which computer would you like to add?
computers-none = No computer is known here
computers-none-do = Your computers show here once you belong to a community.
computer-out = Taken out
computer-gave-up = Gave itself up
computer-wrote = Last wrote something: { $when }.
computer-wrote-never = It has not written anything yet.
computer-add = Add a computer
computer-added = The computer is added.
computer-add-about = Start Hedgerow on the new computer. Choose “I was here before”, then “Move from another computer”.
computer-code-make = Make a code
computer-code = Type or paste this on the new computer
computer-code-copy = Copy the code
computer-code-waits = Waiting for the new computer…
computer-asks = A computer asks: { $name }
computer-asks-do = It shows six digits. Type them here only if you see it yourself.
computer-digits = The six digits
computer-digits-hint = For example 123 456
computer-digits-missing = Please type all six digits.
computer-confirm = Add this computer
computer-remove = Take out { $name }
computer-remove-about = Do this when it is lost, sold or broken. What it shared stays.
computer-remove-words = A newer computer needs your words to take out an older one.
computer-removed = { $name } is out. Nobody lets it in any more.
sure-computer = Take out { $name }?
sure-computer-do = It is shut out for good. To use it again you must add it anew.

# My 24 words
kit = My 24 words
kit-about = These words bring you back when a computer is lost. Whoever has them is you.
kit-open = See my 24 words
kit-here = Your words are kept on this computer.
kit-not-here = Your words are not on this computer.
kit-not-here-do = Only your paper or your file has them.
kit-alone = Are you alone?
kit-alone-do = Nobody else should see the words. Have paper and a pen ready.
kit-show = Show my words
kit-written = I wrote them all down
kit-check = Which words did you write down?
kit-word-number = Word number { $count }
kit-check-do = Check my words
kit-show-again = Show the words again
kit-right = Both words are right
kit-right-do = Keep the paper in a safe place, not beside the computer.
kit-wrong = That is not what the list says. Look at your paper again.
kit-file = Save the words as a file
kit-file-about = The file only opens with a password that you choose. Keep it on a stick.
kit-passphrase = Password for the file
kit-passphrase-again = The same password again
kit-passphrase-short = Please type at least 12 letters.
kit-passphrase-differs = The two passwords are not the same.
kit-file-save = Save the file
kit-paper-only = Keep the words on paper only
kit-paper-only-about = Then somebody who takes this computer cannot take your name.
kit-paper-only-first = Show and check your words first.
kit-forget = Take the words off this computer
kit-forgotten = The words are not on this computer any more.
sure-forget = Take the words off this computer?
sure-forget-do = Without your paper they can never be seen again.
kit-words-field = Your 24 words
kit-words-hint = With a space between them

# Recovery friends
friends = Recovery friends
friends-open = See recovery friends
friends-about = If you lose your words, these people together can bring you back.
friends-count =
    { $count ->
        [0] You have not chosen anybody yet.
        [one] You chose 1 person.
       *[other] You chose { $count } people.
    }
friends-mine = Your recovery friends
friends-none = You have not chosen anybody yet.
friends-needed =
    { $count ->
        [one] 1 of them must agree.
       *[other] { $count } of them must agree.
    }
friends-stale =
    { $count ->
        [one] 1 of them cannot help any more. Choose again.
       *[other] { $count } of them cannot help any more. Choose again.
    }
friends-choose = Choose recovery friends
friends-too-few-here = There must be two other members before you can choose.
friends-who = Whom do you trust?
friends-too-few = Please choose at least two people.
friends-save = Make them my recovery friends
friends-set = Your recovery friends are saved.
friends-asked = Somebody asks for a new key in your name
friends-asked-nobody = Nobody has agreed yet.
friends-asked-agree = These agree: { $names }.
friends-asked-do = If that is not you, say so now.
friends-object = Say that it is not me
friends-objected = Your word is sent. Now the organisers decide.
sure-object = Say that it is not you?
sure-object-do = The new key is stopped, and the organisers decide. This cannot be undone.
friends-help = Help somebody who lost their words
friends-help-about = They send you a text. They also say five words to you by voice.
friends-request = The text they sent you
friends-request-hint = Paste it here
friends-request-first = Paste the text to go on.
friends-look = See who asks
friends-help-who = { $name } asks for a new key.
help-as-friend = You can agree as a recovery friend.
help-as-organiser = You can agree as an organiser.
friends-spoken = The five words they said
friends-spoken-hint = Only what you heard by voice
friends-spoken-missing = Please type the five words.
friends-agree = Agree that it is { $name }
friends-agreed-already = You agreed
friends-agreed = You agreed. { $name } needs more friends to agree.
friends-agreed-holds = Enough agree. { $name } can come back now.
sure-agree = Are you sure that it is { $name }?
sure-agree-do = Whoever has this new key will be them. You cannot undo this.

# Going away
leaving = Leave or withdraw everything
leaving-open = See how to leave
leaving-community = this community
leaving-shared =
    { $count ->
        [0] You share nothing at the moment.
        [one] You share 1 thing, your name counted.
       *[other] You share { $count } things, your name counted.
    }
leaving-others =
    { $count ->
        [0] You have no other computer.
        [one] You have 1 other computer. It stays.
       *[other] You have { $count } other computers. They stay.
    }
withdraw-title = Withdraw what you shared
withdraw-about = It goes from the other computers when they hear of it. After 400 days at most it is gone from all of them.
withdraw-all =
    { $count ->
        [one] Withdraw 1 thing
       *[other] Withdraw all { $count } things
    }
withdrawn-all = Everything you shared is withdrawn.
sure-withdraw =
    { $count ->
        [one] Withdraw 1 thing?
       *[other] Withdraw all { $count } things?
    }
sure-withdraw-do = Nobody will see them any more, your name too. You stay a member.
leave-title = Leave the community
leave-about = What you shared stays unless you withdraw it first. Somebody must invite you to come back.
leave = Leave { $name }
sure-leave = Leave { $name }?
sure-leave-do = You are not a member any more, on all your computers.
give-up-title = Give this computer up
give-up-about = Do this before you sell it or give it away.
give-up = Take this computer out
given-up = This computer is not yours any more.
sure-give-up = Take this computer out?
sure-give-up-do = It can do nothing in your name any more. Without another computer or your words you cannot come back.

# Coming back
back-title = I was here before
back-about = You have your 24 words, another computer, or friends who help you back.
back-words = Use my 24 words
back-move = Move from another computer
back-friends = Ask my recovery friends
back-doing = Working on it. This can take a little while.
back-words-title = What are your 24 words?
back-words-about = A computer of your community must be near.
back-file = Or the file with your words
back-file-hint = Where the file is
back-from = Only if no computer is near: an old invite
back-from-hint = Paste it here
back-words-do = Come back
back-words-missing = Please type your words, or say where the file is.
back-move-title = What does the other computer show?
back-move-about = On the other computer choose “My computers”, then “Add a computer”.
back-code = The code
back-code-hint = It begins with hedgerow-link1
back-code-missing = Please paste the code first.
back-computer = What do you call this computer?
back-computer-hint = For example Old laptop
back-move-do = Add this computer
back-move-digits = Type these digits on the other computer:
back-move-waits = Waiting for the other computer…
back-friends-title = Who are you in your community?
back-friends-about = Your recovery friends must agree that it is you. Ask somebody in your community for an invite first: names are shown to nobody else.
back-person = Your name there
back-invite = An invite from somebody there
back-friends-do = Ask my friends
back-friends-none = You chose no recovery friends. The organisers must agree.
back-friends-send = Send this text to each of your friends:
back-friends-copy = Copy the text
back-friends-say = Then call them, and say these words yourself:
back-friends-agreed = My friends have agreed

## A name for everybody to see
pen-name = What others see
pen-name-none = Your name is for your community alone. Beside what you share with everybody, others see no name.
pen-name-is = Your name is for your community alone. Beside what you share with everybody, others see “{ $name }”.
pen-name-field = A name for everybody to see
pen-name-hint = Empty for no name
pen-name-do = Use this name
pen-name-set = Saved.
