# Asking for help, answering, reporting
page-requests = Ask for help
page-request = One request
page-ask = What do you need help with?
page-report = What is not right?
help-ask = Ask for help
help-sealed = Only those you choose can read what you write here.
help-none = No requests yet
help-none-do = What you ask shows here, and what others ask of you.
help-mine = What you asked
help-others = What others ask of you
help-reports = Reports to the organisers
help-no-topic = Without a title
help-to = To { $names }
help-from = From { $name }
help-open-mine = Waits for an answer
help-open = Needs an answer
help-state-answered = Answered
help-state-closed = Closed
help-unread = Not read yet
help-under-18 = Under 18
help-sent = Your request is sent.
help-answered = Your answer is sent.
help-closed = The request is closed.
help-left-out = These could not get it yet: { $names }.
help-answer = Send the answer
help-answer-text = Your answer
help-answer-hint = Write what would help
help-answer-missing = Please write something first.
help-answer-seen = Everybody who got the request can read it.
help-close = Close the request
help-closes = Closed the request
help-outsider = Does not belong to this request
help-kept-until = Kept until { $day }.
sure-close = Close this request?
sure-close-do = Everybody in it will see that nothing more is needed.
that-is-me = You
ask-nobody = There is nobody to ask yet
ask-nobody-do = As soon as others are here, you can ask them.
ask-topic = In a few words
ask-topic-hint = For example Help with a form
ask-topic-missing = Please say in a few words what it is about.
ask-text = Tell them more
ask-text-hint = What have you tried? When do you have time?
ask-whom = Whom would you like to ask?
ask-whom-missing = Please choose whom to ask.
ask-person = One person
ask-under-18 = I am under 18
ask-under-18-about = Then only groups of at least two trusted mentors can be asked.
ask-send = Send the request
report-who-reads = Only the organisers can read this. The person you write about cannot.
report-text = Tell them more
report-text-hint = What happened?
report-choose = Choose what fits best to go on.
report-send = Send to the organisers
report-sent = The organisers will read it.
person-report = Tell the organisers about { $name }
reason-spam = Advertising, or the same thing again and again
reason-wrong = It is wrong
reason-hurtful = It hurts or threatens somebody
reason-private = It tells private things about somebody
reason-unlawful = It is against the law
reason-dangerous = Somebody could come to harm
reason-pretends = Somebody pretends to be somebody else
reason-other = Something else
waits-unread =
    { $count ->
        [one] 1 request has something new to read
       *[other] { $count } requests have something new to read
    }
waits-unread-see = Read what is new
ago-now = Just now
ago-hours =
    { $count ->
        [one] 1 hour ago
       *[other] { $count } hours ago
    }
ago-days =
    { $count ->
        [one] 1 day ago
       *[other] { $count } days ago
    }
