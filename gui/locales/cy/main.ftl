# Yr hyn y mae pobl yn ei ddarllen. Geiriau syml, brawddegau byr.
app-name = Hedgerow
page-home = Hafan
page-find = Chwilio
page-item = Un peth yn llawn
page-invite = Gwahodd rhywun
page-links = Pwy sydd wedi cysylltu
page-settings = Gosodiadau
do-search = Chwilio
do-back = Mynd yn ôl
do-larger = Gwneud popeth yn fwy
do-smaller = Gwneud popeth yn llai
back = Yn ôl
back-to-results = Yn ôl
try-again = Ceisio eto
details = Manylion
details-document = Fel y mae cyfrifiadur yn ei ddarllen
copy = Copïo
copied = Wedi copïo
copy-that = Copïo { $what }
loading = Yn chwilio…
someone = Rhywun yma
a-computer = Cyfrifiadur yma
done = Wedi’i wneud
not-done = Eto i’w wneud
menu = Dewislen
do-palette = Canfod gorchymyn
palette-hint = Beth hoffech chi ei wneud?
palette-none = Nid oes gorchymyn gyda’r geiriau hyn
doing = Wrthi’n gweithio…
doing-more = Gallwch fynd ymlaen yn y cyfamser.
doing-stop = Stopio aros
undo = Dadwneud
put-away = Cau
sure-no = Na, gadael fel y mae

# Y munudau cyntaf
welcome-language = Pa iaith hoffech chi?
welcome-language-use = Defnyddio Cymraeg
welcome-about = Mae Hedgerow yn cysylltu cyfrifiaduron pobl a lleoedd yn eich ardal. Mae’n gweithio heb y rhyngrwyd.
welcome-name = Beth yw eich enw?
your-name = Eich enw
your-name-hint = Er enghraifft Gwen Morris
your-name-seen = Bydd pawb yn eich cymuned yn gweld yr enw hwn. Gallwch ei dynnu’n ôl yn nes ymlaen. Yna mae’n mynd o’r cyfrifiaduron eraill pan glywant am hynny. Ar ôl 400 diwrnod ar y mwyaf mae wedi mynd o bob un.
your-name-missing = Teipiwch enw yn gyntaf. Mae enw cyntaf yn ddigon.
use-name = Defnyddio’r enw hwn
welcome-community = Pa gymuned hoffech chi ymuno â hi?
near = Cymunedau yn eich ardal
near-looking = Yn chwilio am gymunedau yn eich ardal…
near-none = Dim cymuned wedi’i chanfod yn eich ardal eto.
near-none-do = Mae’r rhestr hon yn llenwi ar ei phen ei hun pan fydd un gerllaw. Defnyddiwch yr un Wi-Fi neu gebl â chymydog. Gallwch hefyd ddefnyddio gwahoddiad neu ddechrau cymuned.
near-unnamed = Cymuned heb enw
near-computers =
    { $count ->
        [zero] Dim cyfrifiadur yn eich ardal
        [one] 1 cyfrifiadur yn eich ardal
        [two] 2 gyfrifiadur yn eich ardal
        [few] { $count } chyfrifiadur yn eich ardal
        [many] { $count } chyfrifiadur yn eich ardal
       *[other] { $count } cyfrifiadur yn eich ardal
    }
look-around = Edrych o gwmpas { $name }
look-around-about = Cewch ddarllen yr hyn sy’n agored i bawb. Nid oes neb yn clywed eich enw.
join-near = Ymuno â { $name }
join-near-about = Gyda gwahoddiad a wnaeth rhywun yno i chi.
have-invite = Defnyddio gwahoddiad
have-invite-about = Mae gennych un fel testun, ffeil neu lun.
start-community = Dechrau cymuned
start-community-about = Ar gyfer lle sydd heb un eto. Chi fydd ei drefnydd cyntaf.
welcome-invite = Beth yw eich gwahoddiad?
welcome-invite-about = Gall rhywun yn y gymuned wneud un i chi. Mae’n gweithio unwaith. Rhaid i’w cyfrifiadur fod ymlaen pan fyddwch yn ymuno.
invite-is-picture = Ai llun yw? Gollyngwch y llun ar y ffenestr hon, neu ffoto ohono.
invite-field = Eich gwahoddiad
invite-field-hint = Gludwch ei destun yma, neu gollyngwch ei ffeil neu ei lun ar y ffenestr hon
invite-missing = Gludwch eich gwahoddiad yn gyntaf.
join-seen = Byddwch yn ymuno fel { $name }. Bydd pawb yno yn gweld yr enw hwnnw.
join = Ymuno â’r gymuned
joining = Yn ymuno. Gall hyn gymryd ychydig eiliadau.
joined-name = Rydych wedi ymuno â { $name }. Croeso!
joined = Rydych wedi ymuno. Croeso!
welcome-start = Beth yw enw eich cymuned?
community-name = Enw’r gymuned
community-name-hint = Er enghraifft Glan yr Afon
community-name-missing = Teipiwch enw i’r gymuned yn gyntaf.
single-organiser = Chi fydd yr unig drefnydd
single-organiser-do = Os collir y cyfrifiadur hwn, ni all neb adael pobl i mewn na rhoi pethau’n iawn. Gwahoddwch ail berson yn fuan.
start-named = Dechrau { $name }
starting = Yn dechrau eich cymuned.

# Edrych o gwmpas heb ymuno
look-title = Yr hyn y caiff pawb ei ddarllen
looking-at = Rydych yn edrych ar { $name }. Nid ydych wedi ymuno. Dim ond yr hyn sy’n agored i bawb a welwch.
so-says = Felly y dywed cyfrifiadur { $name }.
so-says-somebody = Felly y dywed cyfrifiadur gerllaw. Nid yw’n rhoi enw.
look-stop = Stopio edrych o gwmpas

# Sut mae pethau
state-starting = Yn dechrau
state-starting-sentence = Mae Hedgerow yn paratoi ar y cyfrifiadur hwn.
state-connected = Wedi cysylltu
state-connected-sentence =
    { $count ->
        [zero] Heb gysylltu â chyfrifiadur arall.
        [one] Wedi cysylltu ag 1 cyfrifiadur arall.
        [two] Wedi cysylltu â 2 gyfrifiadur arall.
        [few] Wedi cysylltu â { $count } chyfrifiadur arall.
        [many] Wedi cysylltu â { $count } chyfrifiadur arall.
       *[other] Wedi cysylltu â { $count } cyfrifiadur arall.
    }
state-nearby = Gerllaw yn unig (mae’n iawn)
state-nearby-sentence =
    { $count ->
        [zero] Heb gysylltu â chyfrifiadur gerllaw.
        [one] Wedi cysylltu ag 1 cyfrifiadur gerllaw. Nid oes angen y rhyngrwyd.
        [two] Wedi cysylltu â 2 gyfrifiadur gerllaw. Nid oes angen y rhyngrwyd.
        [few] Wedi cysylltu â { $count } chyfrifiadur gerllaw. Nid oes angen y rhyngrwyd.
        [many] Wedi cysylltu â { $count } chyfrifiadur gerllaw. Nid oes angen y rhyngrwyd.
       *[other] Wedi cysylltu â { $count } cyfrifiadur gerllaw. Nid oes angen y rhyngrwyd.
    }
state-looking = Yn chwilio
state-looking-sentence = Yn chwilio am gyfrifiaduron eraill.
state-alone = Ar eich pen eich hun
state-alone-sentence = Nid oes cyfrifiadur arall gerllaw nawr. Mae’r hyn a gedwir yma yn dal i weithio.
state-paused = Wedi’i oedi
state-paused-sentence = Mae rhannu wedi’i oedi ar y cyfrifiadur hwn.
state-needs-you = Mae eich angen chi
state-needs-you-sentence = Mae rhywbeth i chi ei wneud.
content-up-to-date = Yn gyfredol
content-updating = Yn diweddaru
content-part = Dim lle i bopeth
content-only-here = Ar y cyfrifiadur hwn yn unig
copies =
    { $count ->
        [zero] Heb ei gadw
        [one] Wedi’i gadw ar 1 cyfrifiadur
        [two] Wedi’i gadw ar 2 gyfrifiadur
        [few] Wedi’i gadw ar { $count } chyfrifiadur
        [many] Wedi’i gadw ar { $count } chyfrifiadur
       *[other] Wedi’i gadw ar { $count } cyfrifiadur
    }
attached-running = Roedd Hedgerow yn rhedeg yn barod. Mae’n mynd ymlaen pan fyddwch yn cau’r ffenestr hon.
attached-started = Y ffenestr hon a ddechreuodd Hedgerow. Mae’n stopio pan fyddwch yn cau’r ffenestr hon.
attached-change = Newid hyn

# Hafan
home-organiser = { $name } ydych chi, trefnydd yma.
home-member = { $name } ydych chi.
count-people =
    { $count ->
        [zero] neb
        [one] 1 person
        [two] 2 berson
        [few] { $count } pherson
        [many] { $count } pherson
       *[other] { $count } o bobl
    }
count-services =
    { $count ->
        [zero] dim gwasanaethau
        [one] 1 gwasanaeth
        [two] 2 wasanaeth
        [few] { $count } gwasanaeth
        [many] { $count } gwasanaeth
       *[other] { $count } gwasanaeth
    }
count-notices =
    { $count ->
        [zero] dim hysbysiadau
        [one] 1 hysbysiad
        [two] 2 hysbysiad
        [few] { $count } hysbysiad
        [many] { $count } hysbysiad
       *[other] { $count } hysbysiad
    }
count-events =
    { $count ->
        [zero] dim digwyddiadau
        [one] 1 digwyddiad
        [two] 2 ddigwyddiad
        [few] { $count } digwyddiad
        [many] { $count } digwyddiad
       *[other] { $count } digwyddiad
    }
warn-one-organiser = Dim ond un trefnydd sydd
warn-one-organiser-do = Os collir y cyfrifiadur hwn, ni all neb adael pobl i mewn. Gwahoddwch ail berson yn fuan.
warn-single-copy = Ar y cyfrifiadur hwn yn unig y mae pethau newydd
warn-single-copy-do = Maent yn ddiogel yma. Bydd eraill yn eu cael cyn gynted ag y bydd cyfrifiadur o’ch cymuned gerllaw.
warn-saving-stopped = Nid yw’r ddisg yn derbyn dim newydd, felly nid oes dim yn cael ei gadw
warn-saving-stopped-do = Mae’r hyn a gadwyd yn ddiogel. Gwnewch le ar y ddisg, neu gofynnwch i rywun ei gwirio. Bydd y cadw’n mynd yn ei flaen ar ei ben ei hun wedyn.
warn-disk-low = Mae lle yn mynd yn brin
warn-disk-low-do = Mae’r rhan fwyaf o’r lle a neilltuwyd i Hedgerow wedi’i ddefnyddio.
warn-clock-wrong = Mae cloc y cyfrifiadur hwn i’w weld yn anghywir
warn-clock-wrong-do = Gosodwch y dyddiad a’r amser yng ngosodiadau’r cyfrifiadur.
warn-port-taken = Roedd rhaglen arall yma gyntaf
warn-port-taken-do = Daeth Hedgerow o hyd i ffordd arall. Mae cyfrifiaduron gerllaw yn dal i ddod o hyd i’r un hwn.
warn-cannot-look = Ni ellir canfod cyfrifiaduron gerllaw ar eu pennau eu hunain
warn-cannot-look-do = Mae rhywbeth ar y cyfrifiadur hwn yn atal Hedgerow rhag edrych o gwmpas. Mae gwahoddiadau’n dal i weithio.
warn-index-rebuilt = Gwnaed y rhestr chwilio eto
warn-index-rebuilt-do = Roedd ar goll neu wedi’i difrodi. Ni chollwyd dim.
warn-state-damaged = Cafodd rhestr y mae’r cyfrifiadur hwn yn ei chadw ei difrodi
warn-state-damaged-do = Mae’n dechrau eto. Mae’r hyn oedd ynddi wedi’i gadw wrth ei hochr. Os digwydd eto, gofynnwch i rywun edrych ar y ddisg.
warn-damaged = Cafodd rhywfaint o’r hyn a gadwyd yma ei ddifrodi
warn-damaged-do = Daw’r hyn sydd ar goll yn ôl o gyfrifiaduron eraill. Os digwydd eto, gofynnwch i rywun edrych ar y ddisg.
warn-join-ended = Gofynnoch am gael ymuno, ac ni chawsoch eich derbyn
warn-join-ended-do = Gofynnwch i rywun yno am wahoddiad.
warn-askers = Mae rhywun yn gofyn am gael ymuno
warn-askers-do = Maent yn aros am eich ateb, ie neu na.
warn-update = Mae ar y cyfrifiadur hwn angen Hedgerow mwy newydd
warn-update-do = Tan hynny gallwch ddarllen yma, ond nid ysgrifennu.
warn-split = Nid yw’r trefnwyr yn cytuno
warn-split-do = Mae dau newid yn mynd yn groes i’w gilydd. Rhaid i’r rhai sy’n cadw allweddi’r gymuned ddewis un.
warn-not-fixed = Nid yw’n ddiogel eto pwy yw’r trefnwyr
warn-not-fixed-do = Gall pwy bynnag a ddechreuodd y gymuned ei wneud yn ddiogel ar ei gyfrifiadur.
warn-silent = Nid yw holl newyddion y trefnwyr yma
warn-silent-do = Efallai na wyddoch eto pwy a ddaeth i mewn neu a dynnwyd allan. Dewch yn agos at gyfrifiadur trefnydd.
warn-approval = Gofynnir am eich cytundeb
warn-approval-do = Mae rhywun am newid pwy yw’r trefnwyr.
warn-recovery = Gofynnir am allwedd newydd i rywun
warn-recovery-do = Mae’n gadael i gyfrifiadur newydd siarad drostynt. Siaradwch â nhw wyneb yn wyneb cyn cytuno.
warn-new-key = Mae rhywun yn gofyn am allwedd newydd yn eich enw chi
warn-computer-out = Tynnwyd y cyfrifiadur hwn allan
warn-computer-out-do = Rydych yn perthyn o hyd, ond nid yw’r hyn a ysgrifennwch arno yn cyfrif. Gadewch arno, yna dewch yn ôl gyda’ch geiriau.
warn-copied = Mae copi o ffolder y cyfrifiadur hwn yn cael ei ddefnyddio mewn man arall
warn-copied-do = Ni chollwyd dim. Peidiwch â defnyddio un o’r ddau.
warn-restored = Rhoddwyd y cyfrifiadur hwn yn ôl o gopi hŷn
warn-restored-do = Daeth yr hyn a wnaethoch wedyn yn ôl o gyfrifiaduron eraill. Ni chollwyd dim.
warn-page = Ni all neb agor y dudalen ar gyfer Wi-Fi’r adeilad
warn-page-do = Efallai fod rhaglen arall yn ei lle. Gallwch droi’r dudalen i ffwrdd.
todo = Dechrau arni
todo-member = Perthyn i gymuned
todo-words = Ysgrifennwch eich 24 gair. Maent yn dod â chi’n ôl pan gollir y cyfrifiadur hwn.
todo-invite = Gwahodd rhywun rydych yn ymddiried ynddynt
todo-content = Canfod rhywbeth yn eich ardal
notices = Hysbysiadau
notices-none = Dim hysbysiadau ar hyn o bryd.
notices-none-do = Pan fydd rhywun yn ysgrifennu un, bydd yn ymddangos yma.
events = Digwyddiadau i ddod
events-none = Nid oes digwyddiadau ar y gweill.
events-none-do = Pan fydd rhywun yn ychwanegu un, bydd ei ddiwrnod yn ymddangos yma.

# Chwilio
search-hint = Chwiliwch am wasanaeth, hysbysiad neu ddigwyddiad
open-now = Ar agor nawr
show-more = Dangos mwy
found-count =
    { $count ->
        [zero] Dim byd wedi’i ganfod
        [one] 1 peth wedi’i ganfod
        [two] 2 beth wedi’u canfod
        [few] { $count } pheth wedi’u canfod
        [many] { $count } pheth wedi’u canfod
       *[other] { $count } peth wedi’u canfod
    }
find-none = Dim byd wedi’i ganfod am “{ $text }”
find-none-do = Rhowch gynnig ar lai o eiriau neu eiriau eraill. Mae llythrennau cyntaf gair yn ddigon.
find-none-open = Does dim byd ar agor nawr
find-none-open-do = Pwyswch “Dangos popeth” i weld y gweddill.
find-empty = Does dim byd yma eto
find-empty-do = Bydd pethau’n ymddangos yma cyn gynted ag y bydd rhywun yn eu rhannu, neu pan fydd eich cyfrifiadur yn cwrdd ag un arall.
kind-service = Gwasanaeth
kind-notice = Hysbysiad
kind-event = Digwyddiad
kind-place = Lle
kind-subject = Pwnc
kind-name = Enw
kind-note = Nodyn am rywbeth a gymerwyd i ffwrdd
kind-gateway = Rheolau ar gyfer rhannu rhyngrwyd adeilad
kind-other = Rhywbeth arall
open-yes = Ar agor
open-no = Ar gau nawr
open-never = Ar gau am byth
checked-never = Nid oes neb wedi’i wirio eto
checked-today = Gwiriwyd heddiw
checked-yesterday = Gwiriwyd ddoe
checked-days =
    { $count ->
        [zero] Gwiriwyd heddiw
        [one] Gwiriwyd 1 diwrnod yn ôl
        [two] Gwiriwyd 2 ddiwrnod yn ôl
        [few] Gwiriwyd { $count } diwrnod yn ôl
        [many] Gwiriwyd { $count } diwrnod yn ôl
       *[other] Gwiriwyd { $count } diwrnod yn ôl
    }
checked-on = Gwiriwyd ar { $day }
checked-not-since = Heb ei wirio ers { $when }
month-1 = Ionawr
month-2 = Chwefror
month-3 = Mawrth
month-4 = Ebrill
month-5 = Mai
month-6 = Mehefin
month-7 = Gorffennaf
month-8 = Awst
month-9 = Medi
month-10 = Hydref
month-11 = Tachwedd
month-12 = Rhagfyr

# Un peth yn llawn
hours = Oriau agor
note = Sylwch
contact = Cysylltu
cost = Cost
contact-person = Gofynnwch am
contact-phone = Ffôn
contact-email = E-bost
contact-web = Tudalen we
sources = Pwy sy’n dweud
item-withdrawn = Tynnwyd hwn yn ôl
item-withdrawn-do = Nid yw’r bobl a’i rannodd yn sefyll wrtho bellach.
item-two-places = Wedi newid mewn dau le
item-two-places-do = Newidiodd dau gyfrifiadur hwn ar yr un pryd. Rydych yn gweld yr un mwy newydd.
item-two-places-choose = Dewiswch yr un sy’n gywir.

# Gwahodd
invite-title = Gwahodd rhywun i { $name }
invite-about = Mae gwahoddiad yn gadael un person i mewn, unwaith.
invite-about-on = Mae’n gweithio am saith diwrnod. Cadwch y cyfrifiadur hwn ymlaen tra byddant yn ymuno.
invite-make = Gwneud gwahoddiad
invite-making = Yn gwneud gwahoddiad…
invite-ready = Mae eich gwahoddiad yn barod
invite-copy = Copïo’r gwahoddiad
invite-save = Ei gadw fel ffeil
invite-saved = Wedi’i gadw fel { $path }
invite-another = Gwneud gwahoddiad arall
invite-picture = Y gwahoddiad fel llun, i ffôn ei ddarllen
invite-not-yet = Ni allwch wahodd neb eto
invite-not-yet-do = Ymunwch â chymuned eich hun yn gyntaf.
left-none = Nid yw’n gweithio mwyach. Gwnewch un newydd.
left-days =
    { $count ->
        [zero] Nid yw’n gweithio mwyach.
        [one] Mae’n gweithio am 1 diwrnod arall.
        [two] Mae’n gweithio am 2 ddiwrnod arall.
        [few] Mae’n gweithio am { $count } diwrnod arall.
        [many] Mae’n gweithio am { $count } diwrnod arall.
       *[other] Mae’n gweithio am { $count } diwrnod arall.
    }
left-hours =
    { $count ->
        [zero] Nid yw’n gweithio mwyach.
        [one] Mae’n gweithio am 1 awr arall.
        [two] Mae’n gweithio am 2 awr arall.
        [few] Mae’n gweithio am { $count } awr arall.
        [many] Mae’n gweithio am { $count } awr arall.
       *[other] Mae’n gweithio am { $count } awr arall.
    }

# Pwy sydd wedi cysylltu
links-none = Dim cyfrifiadur arall eto
links-none-do = Bydd cyfrifiaduron eraill eich cymuned yn ymddangos yma pan fyddant gerllaw. Mae angen yr un Wi-Fi neu gebl arnynt.
link-near = Wedi cysylltu, gerllaw
link-far = Wedi cysylltu, ymhell i ffwrdd
link-seen = Wedi’i weld, ond heb gysylltu
link-away = Ddim yma nawr

# Gosodiadau
language = Iaith
text-size = Maint y testun
size-normal = Arferol
size-large = Mawr
size-larger = Mwy
size-largest = Mwyaf
shortcuts = Bysellau

# Beth aeth o’i le
fault-offline = Nid yw Hedgerow yn rhedeg ar y cyfrifiadur hwn
fault-offline-do = Mae’r hyn a gadwyd yno o hyd. Ceisiwch eto i’w ddechrau.
fault-clock-behind = Mae cloc y cyfrifiadur hwn ar ei hôl hi
fault-clock-behind-do = Gosodwch y cloc yn iawn. Neu arhoswch nes iddo gwrdd â chyfrifiadur arall o’ch cymuned. Ni chollwyd dim.
fault-file = Ni ellid defnyddio’r ffeil { $name }
fault-file-do = Gwiriwch ei bod yno a bod hawl gennych i’w hagor.
fault-no-invite = Ni welir gwahoddiad yn y llun hwn
fault-no-invite-do = Tynnwch y llun eto: yn agos, yn syth ac mewn golau da. Neu gofynnwch am y gwahoddiad fel testun.
fault-invite-damaged = Ni ellir darllen y gwahoddiad hwn
fault-invite-damaged-do = Efallai bod rhan ohono ar goll. Copïwch y cyfan a’i gludo eto.
fault-invite-used = Defnyddiwyd y gwahoddiad hwn o’r blaen
fault-invite-expired = Mae’r gwahoddiad hwn yn rhy hen
fault-invite-unknown = Nid yw’r gwahoddiad hwn yn hysbys bellach
fault-invite-ask-again = Mae pob gwahoddiad yn gweithio unwaith, am saith diwrnod. Gofynnwch am un newydd.
fault-invite-elsewhere = Mae’r gwahoddiad hwn ar gyfer cymuned arall
fault-invite-elsewhere-do = Mae’r cyfrifiadur hwn yn perthyn i un gymuned yn barod.
fault-invite-limit = Mae gormod o wahoddiadau ar agor
fault-invite-limit-do = Arhoswch nes bod rhywun wedi defnyddio un, neu nes bod un yn rhy hen.
fault-not-reachable = Ni atebodd y cyfrifiadur arall
fault-not-reachable-do = Efallai ei fod wedi’i ddiffodd neu allan o gyrraedd. Ewch yn nes, defnyddiwch yr un Wi-Fi, a cheisiwch eto.
fault-other-version = Mae gan y cyfrifiadur arall fersiwn arall o Hedgerow
fault-other-version-do = Mae angen yr un fersiwn ar y ddau. Diweddarwch yr un hynaf.
fault-not-allowed = Ni chewch wneud hyn
fault-not-allowed-do = Gofynnwch i un o drefnwyr eich cymuned.
fault-not-found = Nid yw hwn yma bellach
fault-not-found-do = Efallai ei fod wedi’i dynnu’n ôl.
fault-state-unreadable = Ni ellir darllen rhywbeth a gadwyd ar y cyfrifiadur hwn
fault-state-unreadable-do = Mae’r hyn sydd ei angen wedi’i ddiffodd, fel na chollir dim. Gofynnwch i rywun edrych ar y ddisg.
fault-disk-full = Mae’r lle ar y cyfrifiadur hwn yn llawn
fault-disk-full-do = Ni chollwyd dim. Gwnewch ychydig o le, yna ceisiwch eto.
fault-no-community = Nid oes cymuned yma eto
fault-no-community-do = Ymunwch ag un neu dechreuwch un yn gyntaf.
fault-other = Ni weithiodd rhywbeth
fault-other-do = Ceisiwch eto. Mae’r manylion yn dweud mwy.

# Pwy bynnag a dynnwyd allan
out = Cawsoch eich tynnu allan o { $name }
out-said = Mae cyfrifiadur { $who } yn dweud eich bod wedi’ch tynnu allan o { $name }
out-reason = Y rheswm a roddwyd: { $reason }
out-no-reason = Ni roddwyd rheswm.
out-do = Gofynnwch i drefnydd pam, ac a gewch ddod yn ôl. Mae’r hyn y gwnaethoch ei rannu yn aros ar y cyfrifiadur hwn. Gallwch ddarllen o hyd yr hyn sydd yma.
out-ask = Gweld pwy yw’r trefnwyr
out-kept = Edrych ar yr hyn sydd yma
state-out = Wedi’ch tynnu allan
state-out-sentence = Nid ydych yn perthyn i { $name } mwyach. Gallwch ddarllen o hyd yr hyn sydd yma.
