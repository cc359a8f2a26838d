# Gofyn am help, ateb, rhoi gwybod
page-requests = Gofyn am help
page-request = Un cais
page-ask = Gyda beth mae angen help arnoch?
page-report = Beth sydd o’i le?
help-ask = Gofyn am help
help-sealed = Dim ond y rhai a ddewiswch a all ddarllen yr hyn a ysgrifennwch yma.
help-none = Dim ceisiadau eto
help-none-do = Bydd yr hyn a ofynnwch yn ymddangos yma, a’r hyn y mae eraill yn ei ofyn gennych chi.
help-mine = Yr hyn a ofynnoch chi
help-others = Yr hyn y mae eraill yn ei ofyn gennych
help-reports = Adroddiadau i’r trefnwyr
help-no-topic = Heb deitl
help-to = At { $names }
request-from = Gan { $name }
help-open-mine = Yn aros am ateb
help-open = Angen ateb
help-state-answered = Wedi’i ateb
help-state-closed = Wedi’i gau
help-unread = Heb ei ddarllen eto
help-under-18 = Dan 18
help-sent = Mae eich cais wedi’i anfon.
help-answered = Mae eich ateb wedi’i anfon.
help-closed = Mae’r cais wedi’i gau.
help-left-out = Ni allai’r rhain ei gael eto: { $names }.
help-answer = Anfon yr ateb
help-answer-text = Eich ateb
help-answer-hint = Ysgrifennwch beth fyddai’n helpu
help-answer-missing = Ysgrifennwch rywbeth yn gyntaf.
help-answer-seen = Gall pawb a gafodd y cais ei ddarllen.
help-close = Cau’r cais
help-closes = Caeodd y cais
help-outsider = Nid yw’n perthyn i’r cais hwn
help-kept-until = Cedwir tan { $day }.
sure-close = Cau’r cais hwn?
sure-close-do = Bydd pawb sydd ynddo yn gweld nad oes angen dim byd arall.
that-is-me = Chi
ask-nobody = Does neb i ofyn iddynt eto
ask-nobody-do = Cyn gynted ag y bydd eraill yma, gallwch ofyn iddynt.
ask-topic = Mewn ychydig eiriau
ask-topic-hint = Er enghraifft Help gyda ffurflen
ask-topic-missing = Dywedwch mewn ychydig eiriau am beth mae hyn.
ask-text = Dywedwch fwy wrthynt
ask-text-hint = Beth ydych wedi’i drio? Pryd mae gennych amser?
ask-whom = I bwy hoffech chi ofyn?
ask-whom-missing = Dewiswch i bwy i ofyn.
ask-organisers = Trefnwyr yma: { $names }.
ask-share-topic = Rhannu rhyngrwyd adeilad
ask-share-text = Hoffwn rannu rhyngrwyd adeilad yma. A allech chi ymddiried ynof i wneud hynny? Mae ar fy nhudalen dan Pobl a grwpiau.
ask-person = Un person
ask-under-18 = Rydw i dan 18
ask-under-18-about = Yna dim ond i grwpiau o o leiaf ddau fentor y mae ymddiriedaeth ynddynt y gellir gofyn.
ask-send = Anfon y cais
report-who-reads = Dim ond y trefnwyr a all ddarllen hyn, a gwelant mai chi sy’n ei anfon. Ni all y person rydych yn ysgrifennu amdano. Ni ellir tynnu’n ôl yr hyn a anfonwyd.
report-more = Dywedwch fwy wrthynt
report-text-hint = Beth ddigwyddodd?
report-choose = Dewiswch yr un sy’n gweddu orau i fynd ymlaen.
report-to-organisers = Anfon at y trefnwyr
report-sent = Bydd y trefnwyr yn ei ddarllen.
report-kept = Fe’i cedwir nes y gall trefnydd ei ddarllen.
person-report = Dweud wrth y trefnwyr am { $name }
report-is-spam = Hysbysebu, neu’r un peth drosodd a throsodd
report-is-wrong = Mae’n anghywir
report-is-hurtful = Mae’n brifo neu’n bygwth rhywun
report-is-private = Mae’n dweud pethau preifat am rywun
report-is-unlawful = Mae yn erbyn y gyfraith
report-is-dangerous = Gallai rhywun gael niwed
report-is-pretends = Mae rhywun yn esgus bod yn rhywun arall
report-is-other = Rhywbeth arall
waits-unread =
    { $count ->
        [zero] Dim byd newydd i’w ddarllen
        [one] Mae gan 1 cais rywbeth newydd i’w ddarllen
        [two] Mae gan 2 gais rywbeth newydd i’w ddarllen
        [few] Mae gan { $count } chais rywbeth newydd i’w ddarllen
        [many] Mae gan { $count } chais rywbeth newydd i’w ddarllen
       *[other] Mae gan { $count } cais rywbeth newydd i’w ddarllen
    }
waits-unread-see = Darllen beth sy’n newydd
ask-group-topic = Grŵp i ni
ask-group-text = Hoffwn gael grŵp yma yn enw (ysgrifennwch pwy ydych chi). A allech chi ei gychwyn a gadael i mi ofalu amdano?
