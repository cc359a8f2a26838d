# Yr hyn y mae pobl yn ei ddarllen ar y dudalen. Geiriau syml, brawddegau byr.
skip = Neidio i’r brif ran
menu = Dewislen
home = Hafan
find = Chwilio
notices = Hysbysiadau
events = Beth sy’n digwydd
help = Cymorth
install = Cael Hedgerow
poster = Poster i’r wal
foot = Daw’r dudalen hon o gyfrifiadur yn eich ardal. Mae’n gweithio heb y rhyngrwyd.
pages = Rhagor o dudalennau
more = Dangos rhagor
first-page = Yn ôl i ddechrau’r rhestr

# Y sgrin gyntaf
home-question = Am beth ydych chi’n chwilio?
find-label = Geiriau i chwilio amdanynt
do-find = Chwilio
open-right-now = Ar agor nawr
all-listings =
    { $count ->
        [0] Dim rhestriadau eto
        [one] Gweld yr un rhestriad sydd yma
        [two] Gweld y ddau restriad
       *[other] Gweld pob un o’r { $count } rhestriad
    }
home-subjects = Mathau o gymorth
notices-none = Does dim hysbysiadau nawr.
notices-feed = Dilyn yr hysbysiadau hyn mewn darllenydd ffrydiau
notices-all = Gweld pob hysbysiad
events-none = Does dim wedi’i drefnu eto.
events-feed = Dilyn hyn i gyd yn eich calendr
events-all = Gweld popeth sy’n digwydd
home-install = Cymryd rhan
home-install-text = Gyda Hedgerow ar eich cyfrifiadur eich hun gallwch ychwanegu pethau, gofyn am gymorth yn breifat, a chadw hyn i gyd gartref.

# Chwilio
find-near = Tref neu god post
find-kind = Pa fath o beth
find-everything = Popeth
find-services = Cymorth a gwasanaethau
find-open = Ar agor nawr
find-all = Popeth sydd yma
found-for = Canlyniadau ar gyfer “{ $name }”
found-count =
    { $count ->
        [0] Heb ganfod dim
        [one] Wedi canfod 1 peth
        [two] Wedi canfod 2 beth
       *[other] Wedi canfod { $count } o bethau
    }
found-none = Does dim yma sy’n cyfateb. Rhowch gynnig ar lai o eiriau, neu gadewch y dref yn wag.
kind-notice = Hysbysiad
kind-event = Digwyddiad
kind-organization = Sefydliad
kind-place = Lle
kind-subject = Pwnc
kind-service = Gwasanaeth
badge-cancelled = Wedi’i ganslo
badge-over = Ddim yn wir bellach
badge-urgent = Brys
badge-warning = Byddwch yn ofalus
notice-since = Ers { $name }
also-from =
    { $count ->
        [one] Wedi’i restru gan 1 arall hefyd
       *[other] Wedi’i restru gan { $count } arall hefyd
    }

# Un peth
item-dates = Yr amseroedd nesaf
item-hours = Oriau agor
item-access = Mynd i mewn a symud o gwmpas
item-subjects = Mathau o gymorth
item-facts = Cipolwg
item-by = Yn cael ei redeg gan
item-where = Ble
item-cost = Cost
item-phone = Ffôn
item-email = E-bost
item-web = Gwefan
item-web-note = Mae hwn yn arwain at y rhyngrwyd.
item-calendar = Calendr
item-calendar-add = Ychwanegu at eich calendr
item-sources = O ble mae hwn yn dod
somebody = Rhywun yma
from-one = Gan { $name }
from-both = Gan { $name } ({ $directory })
written-on = Ysgrifennwyd ar { $name }
checked-on = Gwiriwyd ar { $name }
checked-not-since = Heb ei wirio ers { $name }
checked-unknown = Ddim yn hysbys pryd y gwiriwyd hwn ddiwethaf
next-unknown = Dyddiad nesaf ddim yn hysbys

# Agor
open-now = Ar agor nawr
open-until = Ar agor nawr, tan { $name }
open-until-day = Ar agor nawr, tan { $day } { $time }
closed-now = Ar gau nawr
opens-day = Ar gau nawr, yn agor { $day } am { $time }
hours-unknown = Oriau ddim yn hysbys
all-day = ar agor drwy’r dydd
closed-for-good = Wedi cau am byth
from-to = { $from } – { $to }
midnight = hanner nos
today = heddiw
tomorrow = yfory
weekday-1 = Dydd Llun
weekday-2 = Dydd Mawrth
weekday-3 = Dydd Mercher
weekday-4 = Dydd Iau
weekday-5 = Dydd Gwener
weekday-6 = Dydd Sadwrn
weekday-7 = Dydd Sul
on-weekday-1 = ddydd Llun
on-weekday-2 = ddydd Mawrth
on-weekday-3 = ddydd Mercher
on-weekday-4 = ddydd Iau
on-weekday-5 = ddydd Gwener
on-weekday-6 = ddydd Sadwrn
on-weekday-7 = ddydd Sul
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
short-month-1 = Ion
short-month-2 = Chwef
short-month-3 = Maw
short-month-4 = Ebr
short-month-5 = Mai
short-month-6 = Meh
short-month-7 = Gorff
short-month-8 = Awst
short-month-9 = Medi
short-month-10 = Hyd
short-month-11 = Tach
short-month-12 = Rhag

# Cymorth
help-question = Beth yw’r dudalen hon?
help-what = Mae’n dangos yr hyn y mae pobl yma yn ei rannu â phawb: cymorth a gwasanaethau, hysbysiadau, a beth sy’n digwydd. Does dim angen cyfrif ar neb i’w darllen.
help-offline = Mae’r cyfrifiadur sy’n ei dangos yn yr adeilad hwn neu’n agos ato. Mae’n cadw hyn i gyd ar ei ddisg ei hun, felly mae’n gweithio pan nad yw’r rhyngrwyd yn gweithio.
help-find = Sut mae dod o hyd i rywbeth?
help-find-text = Teipiwch air, fel bwyd neu llyfrgell. Ychwanegwch dref neu god post i weld beth sy’n agos. Ticiwch “Ar agor nawr” i hepgor yr hyn sydd ar gau.
help-private = Beth sy’n cael ei gadw amdanaf i?
help-private-text = Dim byd. Dim cwcis, dim enwau, a dim nodyn o’r hyn rydych yn ei ddarllen nac yn chwilio amdano. Pan gaewch y dudalen, does dim o’ch ymweliad ar ôl yma.
help-private-wifi = Gallai pobl eraill ar yr un Wi-Fi weld beth rydych yn ei agor yma, fel ar unrhyw dudalen heb glo. Peidiwch â theipio dim byd cyfrinachol.
help-wrong = Beth os oes rhywbeth o’i le?
help-wrong-text = Mae pob peth yn dweud gan bwy y daw. Rhowch wybod iddyn nhw. Gall y bobl sy’n gofalu am y gymuned hon guddio’r hyn na ddylai fod yma.
help-see = Alla i ei gwneud yn haws ei darllen?
help-see-text = Gwnewch y llythrennau’n fwy gyda’ch porwr: daliwch Ctrl a gwasgwch +. Mae’r dudalen yn dilyn gosodiad golau neu dywyll eich dyfais. Gallwch ddefnyddio’r cyfan gyda bysellfwrdd neu ddarllenydd sgrin.
help-programs = All rhaglenni ei darllen hefyd?
help-programs-text = Gallant. Mae popeth ar y dudalen hon hefyd ar gael mewn fformatau agored:
help-programs-whose = Mae’r geiriau’n perthyn i’r rhai a’u hysgrifennodd. Mae pob peth yn dweud pwy yw hynny: gofynnwch iddynt cyn eu defnyddio mewn man arall.

# Cael Hedgerow
install-question = Sut mae cael Hedgerow?
install-why = Gallwch ddarllen popeth ar y dudalen hon hebddo. Gyda Hedgerow ar eich cyfrifiadur eich hun gallwch hefyd ychwanegu pethau a gofyn am gymorth yn breifat.
install-get = Cael y rhaglen
install-ask = Gofynnwch i’r bobl sy’n gofalu am y lle hwn. Gallant ei chopïo i gofbin USB i chi.
install-take = Cymerwch hi o’r fan hon:
install-linux = Mae angen cyfrifiadur gyda Linux. Mae hen un yn iawn.
install-invite = Gofyn am wahoddiad
install-invite-text = Gall rhywun sydd eisoes yn cymryd rhan wneud un i chi. Mae’n gweithio unwaith.
install-join = Ymuno
install-join-text = Dechreuwch Hedgerow a dewiswch “Defnyddio gwahoddiad”. Yna mae eich cyfrifiadur yn nôl popeth o gyfrifiaduron yn eich ardal. Does dim angen y rhyngrwyd.

# Y poster
poster-question = Hoffech chi hongian y dudalen hon ar y wal?
poster-title = { $name }: beth sydd yn eich ardal
poster-title-plain = Beth sydd yn eich ardal
poster-alt = Llun sgwâr y mae camera ffôn yn ei ddarllen. Mae’n agor { $name }
poster-step-1 = Ymunwch â Wi-Fi yr adeilad hwn.
poster-step-2 = Pwyntiwch eich camera at y llun, neu teipiwch y cyfeiriad.
poster-step-3 = Dewch o hyd i gymorth, hysbysiadau a beth sy’n digwydd. Mae am ddim.
poster-foot = Dim cyfrif, dim cwcis. Nid yw’r hyn a ddarllenwch yn cael ei gadw.
poster-join = Ymunwch â { $name }
poster-join-plain = Ymunwch â’r gymuned hon
poster-join-step-1 = Dechreuwch Hedgerow ar eich cyfrifiadur.
poster-join-step-2 = Darllenwch y llun â ffôn ac anfonwch ei destun i’ch cyfrifiadur.
poster-join-step-3 = Gludwch ef lle mae Hedgerow yn gofyn am eich gwahoddiad.
poster-join-foot = Mae rhywun yma’n dweud ie wrth bob un sy’n gofyn. Gallant ofyn am y cod y mae eich cyfrifiadur yn ei ddangos.
poster-pdf = Argraffu’r poster (PDF)
poster-png = Y llun yn unig (PNG)
poster-note = Gall y cyfeiriad newid pan gaiff y cyfrifiadur hwn le newydd ar y rhwydwaith. Yna argraffwch y poster eto.

# Pan nad yw’n gweithio
fault-home = Mynd i’r sgrin gyntaf
fault-busy = Mae llawer o bobl yn darllen ar hyn o bryd.
fault-busy-do = Arhoswch ychydig eiliadau, yna ceisiwch eto.
fault-empty = Does dim i’w ddarllen yma eto.
fault-empty-do = Nid yw’r cyfrifiadur hwn yn perthyn i gymuned eto. Gofynnwch i’r bobl sy’n gofalu amdano.
fault-gone = Nid yw hwn yma mwyach.
fault-gone-do = Efallai ei fod wedi’i dynnu’n ôl gan bwy a’i hysgrifennodd, neu ei fod drosodd. Does dim o’i le ar eich dyfais.
fault-nowhere = Does dim tudalen o’r fath yma.
fault-nowhere-do = Gwiriwch y cyfeiriad am gamgymeriad, neu dechreuwch o’r sgrin gyntaf.
fault-read-only = Dim ond i’w darllen y mae’r dudalen hon.
fault-read-only-do = I ychwanegu neu newid pethau, defnyddiwch Hedgerow ar eich cyfrifiadur eich hun.
