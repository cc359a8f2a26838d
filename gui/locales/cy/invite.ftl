# Posteri, pwy sy’n gofyn am ymuno, newydd-ddyfodiaid
poster-make = Gwneud poster
poster-title = Poster i lawer o bobl
poster-about = Mae pwy bynnag sy’n ei ddefnyddio yn gofyn am ymuno. Chi sy’n dweud ie neu na wrth bob un. Cadwch y cyfrifiadur hwn ymlaen o bryd i’w gilydd.
poster-note = Nodyn i chi’ch hun
poster-note-hint = Er enghraifft Drws y llyfrgell
poster-note-private = Mae’n aros ar y cyfrifiadur hwn.
poster-ready = Mae eich poster yn barod
poster-save-pdf = Ei gadw i’w argraffu (PDF)
poster-save-png = Cadw’r llun (PNG)
invites-open = Gwahoddiadau sy’n dal i weithio
invites-none = Dim un ar hyn o bryd.
invite-is-poster = Poster
invite-is-one = Gwahoddiad i un person
invite-waiting =
    { $count ->
        [zero] Does neb yn aros am eich ateb
        [one] Mae 1 person yn aros am eich ateb
        [two] Mae 2 berson yn aros am eich ateb
        [few] Mae { $count } pherson yn aros am eich ateb
        [many] Mae { $count } pherson yn aros am eich ateb
       *[other] Mae { $count } o bobl yn aros am eich ateb
    }
invite-revoke = Tynnu’r gwahoddiad hwn yn ôl
invite-revoked = Mae wedi’i dynnu’n ôl. Ni all neb ei ddefnyddio mwyach.
sure-revoke = Tynnu’r gwahoddiad hwn yn ôl?
sure-revoke-note = Tynnu’r gwahoddiad “{ $note }” yn ôl?
sure-revoke-do = Ni ellir byth ei ddefnyddio eto. Mae’r rhai a ymunodd ag ef yn aros.
askers = Mae’r bobl hyn yn gofyn am ymuno
askers-do = Gofynnwch i bob un am y cod ar eu sgrin. Rhaid iddo fod yr un fath ag yma.
asker-code = Cod { $code }
asker-same-name = Mae gan rywun arall yma’r un enw
asker-confirm = Gadael { $name } i mewn
asker-refuse = Dweud na wrth { $name }
asker-in = Mae { $name } i mewn.
asker-refused = Rydych wedi dweud na wrth { $name }.
sure-refuse = Dweud na wrth { $name }?
sure-refuse-do = Ni allant ofyn eto gyda’r poster hwn.
newcomers = Newydd-ddyfodiaid
newcomers-on = Gall newydd-ddyfodiaid ddod i mewn heb wahoddiad.
newcomers-off = Ni all neb ddod i mewn heb wahoddiad.
newcomers-about = Gall newydd-ddyfodiad ddarllen yr hyn y mae aelodau’n ei ddarllen. I rannu pethau, rhaid i aelod eu gadael i mewn.
newcomers-accept = Derbyn newydd-ddyfodiaid
newcomers-stop = Peidio â derbyn newydd-ddyfodiaid
newcomers-organisers = Dim ond trefnwyr a all newid hyn.
waits-askers =
    { $count ->
        [zero] Does neb yn gofyn am ymuno
        [one] Mae 1 person yn gofyn am ymuno
        [two] Mae 2 berson yn gofyn am ymuno
        [few] Mae { $count } pherson yn gofyn am ymuno
        [many] Mae { $count } pherson yn gofyn am ymuno
       *[other] Mae { $count } o bobl yn gofyn am ymuno
    }
waits-askers-see = Gweld pwy sy’n gofyn
enter-near = Mynd i mewn i { $name } fel newydd-ddyfodiad
enter-about = Heb wahoddiad, os yw’n gadael newydd-ddyfodiaid i mewn. Cewch ddarllen yr hyn y mae aelodau’n ei ddarllen. I rannu pethau, rhaid i aelod eich gadael i mewn.
entered-name = Rydych yn { $name } fel newydd-ddyfodiad. Gallwch ddarllen. I rannu pethau, rhaid i aelod eich gadael i mewn.
asking-somewhere = Rydych wedi gofyn am ymuno
asking-title = Rydych wedi gofyn am ymuno â { $name }
asking-do = Rhaid i rywun yno ddweud ie. Mae hwn yn dal i ofyn ar ei ben ei hun. Cadwch y cyfrifiadur hwn ymlaen o bryd i’w gilydd.
asking-code = Eich cod yw { $code }
asking-stop = Peidio â gofyn
asking-again = Cau hwn a dechrau eto
fault-invite-revoked = Tynnwyd y gwahoddiad hwn yn ôl
fault-invite-refused = Dywedodd rhywun na
fault-invite-refused-do = Gofynnwch i’r bobl rydych yn eu hadnabod yno.
fault-needs-invite = Nid yw’r gymuned hon yn gadael neb i mewn heb wahoddiad
fault-needs-invite-do = Gofynnwch i rywun yno am wahoddiad.
fault-newcomers-full = Mae pob lle i newydd-ddyfodiaid wedi’i lenwi
fault-poster-full = Mae gormod o bobl yn aros wrth y poster hwn
fault-poster-full-do = Rhowch gynnig arall arni yfory.
fault-approved-another = Rydych wedi cytuno i newid arall yn barod
fault-approved-another-do = Gallai cytuno i ddau rannu’r gymuned. Siaradwch â’r trefnwyr eraill yn gyntaf.
fault-needs-words = Mae angen eich 24 gair ar gyfer hyn
fault-needs-words-do = Nid ydynt ar y cyfrifiadur hwn. Teipiwch nhw o’ch papur.
fault-no-key-yet = Ni allant gael geiriau preifat eto
fault-no-key-yet-do = Rhaid i’w cyfrifiadur fod ymlaen unwaith yn gyntaf. Ceisiwch eto yn nes ymlaen.
fault-banned = Fe’u tynnwyd allan o’r gymuned hon
fault-invites-used-up = Mae gormod o bobl wedi cael eu gadael i mewn yn barod
