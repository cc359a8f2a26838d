# Fy nghyfrifiaduron, fy 24 gair, ffrindiau adfer, mynd i ffwrdd, dod yn ôl
page-computers = Fy nghyfrifiaduron
page-computer-add = Pa gyfrifiadur hoffech chi ei ychwanegu?
computers-none = Nid oes cyfrifiadur yn hysbys yma
computers-none-do = Bydd eich cyfrifiaduron yn ymddangos yma pan fyddwch yn perthyn i gymuned.
computer-out = Wedi’i dynnu allan
computer-gave-up = Rhoddodd ei hun i fyny
computer-wrote = Ysgrifennodd rywbeth ddiwethaf: { $when }.
computer-wrote-never = Nid yw wedi ysgrifennu dim eto.
computer-add = Ychwanegu cyfrifiadur
computer-added = Mae’r cyfrifiadur wedi’i ychwanegu.
computer-add-about = Dechreuwch Hedgerow ar y cyfrifiadur newydd. Dewiswch “Roeddwn yma o’r blaen”, yna “Symud o gyfrifiadur arall”.
computer-code-make = Gwneud cod
computer-code = Teipiwch neu gludwch hwn ar y cyfrifiadur newydd
computer-code-copy = Copïo’r cod
computer-code-waits = Yn aros am y cyfrifiadur newydd…
computer-asks = Mae cyfrifiadur yn gofyn: { $name }
computer-asks-do = Mae’n dangos chwe digid. Teipiwch nhw yma dim ond os gwelwch ef eich hun.
computer-digits = Y chwe digid
computer-digits-hint = Er enghraifft 123 456
computer-digits-missing = Teipiwch bob un o’r chwe digid.
computer-confirm = Ychwanegu’r cyfrifiadur hwn
computer-remove = Tynnu { $name } allan
computer-remove-about = Gwnewch hyn pan fydd ar goll, wedi’i werthu neu wedi torri. Mae’r hyn a rannodd yn aros.
computer-remove-words = Mae angen eich geiriau ar gyfrifiadur mwy newydd i dynnu un hŷn allan.
computer-removed = Mae { $name } allan. Nid oes neb yn ei adael i mewn mwyach.
sure-computer = Tynnu { $name } allan?
sure-computer-do = Caiff ei gau allan am byth. I’w ddefnyddio eto rhaid i chi ei ychwanegu o’r newydd.

# Fy 24 gair
kit = Fy 24 gair
kit-about = Mae’r geiriau hyn yn dod â chi’n ôl pan gollir cyfrifiadur. Pwy bynnag sydd â nhw yw chi.
kit-open = Gweld fy 24 gair
kit-here = Cedwir eich geiriau ar y cyfrifiadur hwn.
kit-not-here = Nid yw eich geiriau ar y cyfrifiadur hwn.
kit-not-here-do = Dim ond eich papur neu’ch ffeil sydd â nhw.
kit-alone = Ydych chi ar eich pen eich hun?
kit-alone-do = Ni ddylai neb arall weld y geiriau. Bydd angen papur a phin ysgrifennu arnoch.
kit-show = Dangos fy ngeiriau
kit-written = Rwyf wedi ysgrifennu pob un
kit-check = Pa eiriau a ysgrifennoch chi?
kit-word-number = Gair rhif { $count }
kit-check-do = Gwirio fy ngeiriau
kit-show-again = Dangos y geiriau eto
kit-right = Mae’r ddau air yn gywir
kit-right-do = Cadwch y papur mewn lle diogel, nid wrth ymyl y cyfrifiadur.
kit-wrong = Nid dyna y mae’r rhestr yn ei ddweud. Edrychwch ar eich papur eto.
kit-file = Cadw’r geiriau fel ffeil
kit-file-about = Dim ond gyda chyfrinair a ddewiswch chi y mae’r ffeil yn agor. Cadwch hi ar gof bach.
kit-passphrase = Cyfrinair i’r ffeil
kit-passphrase-again = Yr un cyfrinair eto
kit-passphrase-short = Teipiwch o leiaf 12 llythyren.
kit-passphrase-differs = Nid yw’r ddau gyfrinair yr un fath.
kit-file-save = Cadw’r ffeil
kit-paper-only = Cadw’r geiriau ar bapur yn unig
kit-paper-only-about = Yna ni all rhywun sy’n cymryd y cyfrifiadur hwn gymryd eich enw.
kit-paper-only-first = Dangoswch a gwiriwch eich geiriau yn gyntaf.
kit-forget = Tynnu’r geiriau oddi ar y cyfrifiadur hwn
kit-forgotten = Nid yw’r geiriau ar y cyfrifiadur hwn mwyach.
sure-forget = Tynnu’r geiriau oddi ar y cyfrifiadur hwn?
sure-forget-do = Heb eich papur ni ellir byth eu gweld eto.
kit-words-field = Eich 24 gair
kit-words-hint = Gyda bwlch rhyngddynt

# Ffrindiau adfer
friends = Ffrindiau adfer
friends-open = Gweld ffrindiau adfer
friends-about = Os collwch eich geiriau, gall y bobl hyn gyda’i gilydd ddod â chi’n ôl.
friends-count =
    { $count ->
        [zero] Nid ydych wedi dewis neb eto.
        [one] Rydych wedi dewis 1 person.
        [two] Rydych wedi dewis 2 berson.
        [few] Rydych wedi dewis { $count } pherson.
        [many] Rydych wedi dewis { $count } pherson.
       *[other] Rydych wedi dewis { $count } o bobl.
    }
friends-mine = Eich ffrindiau adfer
friends-none = Nid ydych wedi dewis neb eto.
friends-needed =
    { $count ->
        [zero] Nid oes rhaid i neb gytuno.
        [one] Rhaid i 1 ohonynt gytuno.
        [two] Rhaid i 2 ohonynt gytuno.
        [few] Rhaid i { $count } ohonynt gytuno.
        [many] Rhaid i { $count } ohonynt gytuno.
       *[other] Rhaid i { $count } ohonynt gytuno.
    }
friends-stale =
    { $count ->
        [zero] Gall pob un ohonynt helpu.
        [one] Ni all 1 ohonynt helpu mwyach. Dewiswch eto.
        [two] Ni all 2 ohonynt helpu mwyach. Dewiswch eto.
        [few] Ni all { $count } ohonynt helpu mwyach. Dewiswch eto.
        [many] Ni all { $count } ohonynt helpu mwyach. Dewiswch eto.
       *[other] Ni all { $count } ohonynt helpu mwyach. Dewiswch eto.
    }
friends-choose = Dewis ffrindiau adfer
friends-too-few-here = Rhaid bod dau aelod arall cyn y gallwch ddewis.
friends-who = Ym mhwy ydych chi’n ymddiried?
friends-too-few = Dewiswch o leiaf ddau berson.
friends-save = Eu gwneud yn ffrindiau adfer i mi
friends-set = Mae eich ffrindiau adfer wedi’u cadw.
friends-asked = Mae rhywun yn gofyn am allwedd newydd yn eich enw chi
friends-asked-nobody = Nid oes neb wedi cytuno eto.
friends-asked-agree = Mae’r rhain yn cytuno: { $names }.
friends-asked-do = Os nad chi yw hwnnw, dywedwch hynny nawr.
friends-object = Dweud nad fi ydyw
friends-objected = Mae eich gair wedi’i anfon. Y trefnwyr sy’n penderfynu nawr.
sure-object = Dweud nad chi ydyw?
sure-object-do = Caiff yr allwedd newydd ei hatal, a’r trefnwyr sy’n penderfynu. Ni ellir tynnu hyn yn ôl.
friends-help = Helpu rhywun a gollodd eu geiriau
friends-help-about = Maent yn anfon testun atoch. Maent hefyd yn dweud pum gair wrthych ar lafar.
friends-request = Y testun a anfonwyd atoch
friends-request-hint = Gludwch ef yma
friends-request-first = Gludwch y testun i fynd ymlaen.
friends-look = Gweld pwy sy’n gofyn
friends-help-who = Mae { $name } yn gofyn am allwedd newydd.
help-as-friend = Gallwch gytuno fel ffrind adfer.
help-as-organiser = Gallwch gytuno fel trefnydd.
friends-spoken = Y pum gair a ddywedwyd
friends-spoken-hint = Dim ond yr hyn a glywsoch ar lafar
friends-spoken-missing = Teipiwch y pum gair.
friends-agree = Cytuno mai { $name } ydyw
friends-agreed-already = Rydych wedi cytuno
friends-agreed = Rydych wedi cytuno. Mae angen i fwy o ffrindiau { $name } gytuno.
friends-agreed-holds = Mae digon yn cytuno. Gall { $name } ddod yn ôl nawr.
sure-agree = Ydych chi’n siŵr mai { $name } ydyw?
sure-agree-do = Pwy bynnag sydd â’r allwedd newydd hon fydd y person hwnnw. Ni allwch dynnu hyn yn ôl.

# Mynd i ffwrdd
leaving = Gadael neu dynnu popeth yn ôl
leaving-open = Gweld sut i adael
leaving-community = y gymuned hon
leaving-shared =
    { $count ->
        [zero] Nid ydych yn rhannu dim ar hyn o bryd.
        [one] Rydych yn rhannu 1 peth, gan gyfri eich enw.
        [two] Rydych yn rhannu 2 beth, gan gyfri eich enw.
        [few] Rydych yn rhannu { $count } pheth, gan gyfri eich enw.
        [many] Rydych yn rhannu { $count } pheth, gan gyfri eich enw.
       *[other] Rydych yn rhannu { $count } peth, gan gyfri eich enw.
    }
leaving-others =
    { $count ->
        [zero] Nid oes gennych gyfrifiadur arall.
        [one] Mae gennych 1 cyfrifiadur arall. Mae’n aros.
        [two] Mae gennych 2 gyfrifiadur arall. Maent yn aros.
        [few] Mae gennych { $count } chyfrifiadur arall. Maent yn aros.
        [many] Mae gennych { $count } chyfrifiadur arall. Maent yn aros.
       *[other] Mae gennych { $count } cyfrifiadur arall. Maent yn aros.
    }
withdraw-title = Tynnu’n ôl yr hyn a rannwyd gennych
withdraw-about = Mae’n mynd o’r cyfrifiaduron eraill pan glywant am hynny. Ar ôl 400 diwrnod ar y mwyaf mae wedi mynd o bob un.
withdraw-all =
    { $count ->
        [zero] Peidio â thynnu dim yn ôl
        [one] Tynnu 1 peth yn ôl
        [two] Tynnu’r 2 beth yn ôl
        [few] Tynnu pob un o’r { $count } pheth yn ôl
        [many] Tynnu pob un o’r { $count } pheth yn ôl
       *[other] Tynnu pob un o’r { $count } peth yn ôl
    }
withdrawn-all = Mae popeth a rannwyd gennych wedi’i dynnu’n ôl.
sure-withdraw =
    { $count ->
        [zero] Peidio â thynnu dim yn ôl?
        [one] Tynnu 1 peth yn ôl?
        [two] Tynnu’r 2 beth yn ôl?
        [few] Tynnu pob un o’r { $count } pheth yn ôl?
        [many] Tynnu pob un o’r { $count } pheth yn ôl?
       *[other] Tynnu pob un o’r { $count } peth yn ôl?
    }
sure-withdraw-do = Ni fydd neb yn eu gweld mwyach, na’ch enw ychwaith. Byddwch yn dal yn aelod.
leave-title = Gadael y gymuned
leave-about = Mae’r hyn a rannwyd gennych yn aros oni bai eich bod yn ei dynnu’n ôl yn gyntaf. Rhaid i rywun eich gwahodd i ddod yn ôl.
leave = Gadael { $name }
sure-leave = Gadael { $name }?
sure-leave-do = Ni fyddwch yn aelod mwyach, ar eich holl gyfrifiaduron.
give-up-title = Rhoi’r cyfrifiadur hwn i fyny
give-up-about = Gwnewch hyn cyn ei werthu neu ei roi i rywun.
give-up = Tynnu’r cyfrifiadur hwn allan
given-up = Nid eich cyfrifiadur chi yw hwn mwyach.
sure-give-up = Tynnu’r cyfrifiadur hwn allan?
sure-give-up-do = Ni all wneud dim yn eich enw mwyach. Heb gyfrifiadur arall neu’ch geiriau ni allwch ddod yn ôl.

# Dod yn ôl
back-title = Roeddwn yma o’r blaen
back-about = Mae gennych eich 24 gair, cyfrifiadur arall, neu ffrindiau a all eich helpu yn ôl.
back-words = Defnyddio fy 24 gair
back-move = Symud o gyfrifiadur arall
back-friends = Gofyn i’m ffrindiau adfer
back-doing = Wrthi’n gweithio. Gall hyn gymryd ychydig o amser.
back-words-title = Beth yw eich 24 gair?
back-words-about = Rhaid bod cyfrifiadur o’ch cymuned gerllaw.
back-file = Neu’r ffeil gyda’ch geiriau
back-file-hint = Ble mae’r ffeil
back-from = Dim ond os nad oes cyfrifiadur gerllaw: hen wahoddiad
back-from-hint = Gludwch ef yma
back-words-do = Dod yn ôl
back-words-missing = Teipiwch eich geiriau, neu dywedwch ble mae’r ffeil.
back-move-title = Beth mae’r cyfrifiadur arall yn ei ddangos?
back-move-about = Ar y cyfrifiadur arall dewiswch “Fy nghyfrifiaduron”, yna “Ychwanegu cyfrifiadur”.
back-code = Y cod
back-code-hint = Mae’n dechrau gyda hedgerow-link1
back-code-missing = Gludwch y cod yn gyntaf.
back-computer = Beth ydych chi’n galw’r cyfrifiadur hwn?
back-computer-hint = Er enghraifft Hen liniadur
back-move-do = Ychwanegu’r cyfrifiadur hwn
back-move-digits = Teipiwch y digidau hyn ar y cyfrifiadur arall:
back-move-waits = Yn aros am y cyfrifiadur arall…
back-friends-title = Pwy ydych chi yn eich cymuned?
back-friends-about = Rhaid i’ch ffrindiau adfer gytuno mai chi ydyw. Gofynnwch i rywun yn eich cymuned am wahoddiad yn gyntaf: ni ddangosir enwau i neb arall.
back-person = Eich enw yno
back-invite = Gwahoddiad gan rywun yno
back-friends-do = Gofyn i’m ffrindiau
back-friends-none = Ni ddewisoch ffrindiau adfer. Rhaid i’r trefnwyr gytuno.
back-friends-send = Anfonwch y testun hwn at bob un o’ch ffrindiau:
back-friends-copy = Copïo’r testun
back-friends-say = Yna ffoniwch nhw, a dywedwch y geiriau hyn eich hun:
back-friends-agreed = Mae fy ffrindiau wedi cytuno

## Enw i bawb ei weld
pen-name = Yr hyn y mae eraill yn ei weld
pen-name-none = I’ch cymuned yn unig y mae eich enw. Wrth yr hyn a rannwch â phawb, nid yw eraill yn gweld enw.
pen-name-is = I’ch cymuned yn unig y mae eich enw. Wrth yr hyn a rannwch â phawb, mae eraill yn gweld “{ $name }”.
pen-name-field = Enw i bawb ei weld
pen-name-hint = Gwag am ddim enw
pen-name-do = Defnyddio’r enw hwn
pen-name-set = Wedi’i gadw.
