# Rhannu rhyngrwyd yr adeilad hwn.
page-gateway = Rhannu rhyngrwyd yr adeilad hwn
page-gateway-try = Beth allai aelodau ei gyrraedd?
page-gateway-proof = Profi bod yr adeilad hwn ar gau
page-gateway-use = Faint a ddefnyddiwyd
share-new = Nid oes dim yn cael ei rannu eto
share-new-about = Gall cymdogion ddefnyddio rhyngrwyd yr adeilad hwn, o fewn y rheolau a osodwch chi.
share-promise-1 = Ni all cymdogion gyrraedd cyfrifiaduron ac argraffyddion yr adeilad ei hun.
share-promise-2 = Cewch weld faint a ddefnyddiwyd, byth ble.
share-promise-3 = Y bobl yn yr adeilad hwn sy’n dod gyntaf ar y llinell.
share-promise-4 = Gallwch ei stopio ar unwaith.
share-set-up = Ei osod
share-set-up-about = Mae’n cymryd tua phymtheg munud. Nid oes dim yn cael ei rannu cyn i chi ddweud.
share-not-trusted = Ni allwch rannu rhyngrwyd adeilad eto
share-not-trusted-do = Rhaid i drefnydd ymddiried ynoch chi yn gyntaf.
share-ask = Gofyn i’r trefnwyr
share-open = Yn cael ei rannu nawr
share-open-about = Gall aelodau ddefnyddio rhyngrwyd yr adeilad hwn.
share-is-paused = Wedi’i oedi
share-is-paused-about = Ni all neb ei ddefnyddio nawr. Dywedir wrth aelodau eich bod wedi’i oedi.
share-closed = Ymlaen, ond ar gau nawr
share-off = I ffwrdd
share-off-about = Ni all neb ddefnyddio rhyngrwyd yr adeilad hwn.
share-line-up = Mae’r llinell yn gweithio.
share-line-down = Nid yw’r llinell yn gweithio ar hyn o bryd.
share-circuits =
    { $now ->
        [0] Does neb yn ei ddefnyddio nawr.
       *[other] Mae { $now } o { $most } cysylltiad yn cael eu defnyddio.
    }
share-month = Aeth { $what } drwodd y mis hwn.
share-start = Dechrau rhannu
share-pause = Oedi’r rhannu
share-stop = Stopio rhannu
share-started = Mae rhyngrwyd yr adeilad hwn yn cael ei rannu o hyn ymlaen.
share-stopped = Nid oes dim yn cael ei rannu mwyach. Mae’r hyn oedd ar agor wedi dod i ben.
share-paused = Mae’r rhannu wedi’i oedi. Mae’r hyn oedd ar agor wedi dod i ben.
share-kept = Mae eich rheolau wedi’u cadw. Rhowch gynnig arnynt, yna dechreuwch rannu.
share-not-agreed = Nid oes neb wedi cytuno â’r rheolau hyn eto. Newidiwch y rheolau i gytuno.
share-rules = Eich rheolau
share-change = Newid y rheolau
try-about = Teipiwch ychydig o gyfeiriadau i weld pa rai fyddai’n cael mynd drwodd. Rhowch gynnig ar eich argraffydd neu’ch llwybrydd hefyd.
try-nothing-kept = Nid oes neb yn cael ei alw, ac nid oes dim ohono’n cael ei gadw.
try-field = Cyfeiriadau i roi cynnig arnynt, un i bob llinell
try-now = Rhoi cynnig ar y rhain
try-allowed = Byddai’n cael mynd drwodd
try-refused = Byddai’n cael ei wrthod
try-rule = Yn ôl y rheol { $rule }
proof-about = Mae Hedgerow yn rhoi cynnig ar lwybrydd yr adeilad, ei beiriannau a’r cyfrifiadur hwn, fel y byddai aelod.
proof-run = Ceisio mynd i mewn nawr
proof-again = Ceisio eto
proof-passed =
    { $count ->
        [zero] Ni roddwyd cynnig ar ddim
        [one] Gwrthodwyd: un cynnig, a dim ffordd i mewn
        [two] Gwrthodwyd y { $count } gynnig
        [few] Gwrthodwyd pob un o’r { $count } cynnig
        [many] Gwrthodwyd pob un o’r { $count } chynnig
       *[other] Gwrthodwyd pob un o’r { $count } cynnig
    }
proof-passed-about = Ni all aelodau gyrraedd rhwydwaith yr adeilad ei hun. Cadwch y dudalen i bwy bynnag sy’n gofyn.
proof-failed = Gellir cyrraedd rhywbeth yn yr adeilad hwn
proof-failed-do = Stopiwch rannu, a gofynnwch i rywun sy’n adnabod y rhwydwaith hwn.
proof-save = Cadw’r dudalen brawf
proof-lines = Popeth y rhoddwyd cynnig arno
use-about = Cewch weld faint, byth ble. Mae gan aelodau enwau eraill yma.
use-none = Nid oes dim wedi’i ddefnyddio eto
use-none-do = Pan fydd aelodau’n defnyddio rhyngrwyd yr adeilad hwn, bydd yn dangos yma faint.
use-members = Fesul aelod
use-member = Aelod { $name }
use-kept =
    { $count ->
        [zero] Nid yw’n cael ei gadw.
        [one] Mae’n cael ei gadw am 1 diwrnod.
        [two] Mae’n cael ei gadw am { $count } ddiwrnod.
        [few] Mae’n cael ei gadw am { $count } diwrnod.
        [many] Mae’n cael ei gadw am { $count } diwrnod.
       *[other] Mae’n cael ei gadw am { $count } diwrnod.
    }
use-months = Fesul mis
setup-place = Cwestiwn { $at } o { $all }
setup-kept = Gallwch fynd yn ôl unrhyw bryd. Mae eich atebion yn aros.
setup-next = Mynd ymlaen
setup-save = Cytuno a chadw’r rheolau hyn
setup-change = Newid yr ateb: { $what }
setup-change-short = Newid
setup-building = Beth yw enw’r adeilad hwn?
setup-building-about = Mae cymdogion yn dewis yr adeilad wrth yr enw hwn.
setup-building-field = Enw’r adeilad
setup-building-hint = Er enghraifft Llyfrgell Glan yr Afon
setup-building-missing = Teipiwch enw i’r adeilad.
setup-responsible = Pwy sy’n gofalu amdano?
setup-responsible-about = Un person sy’n atebol am y rhannu. Mae pawb yn y gymuned yn gweld yr enw hwn.
setup-responsible-field = Enw’r person hwn
setup-responsible-hint = Er enghraifft Ann Lee
setup-responsible-missing = Teipiwch pwy sy’n gofalu amdano.
setup-contact = Sut gall pobl gysylltu â’r person hwn?
setup-contact-about = Mae pawb yn y gymuned yn gweld hyn.
setup-contact-field = Ffôn neu e-bost
setup-contact-hint = Er enghraifft 01632 960456
setup-contact-missing = Teipiwch rif ffôn neu gyfeiriad e-bost.
setup-preset = Beth gaiff pobl ei ddefnyddio?
setup-preset-about = Gallwch newid hyn yn nes ymlaen.
preset-web = Tudalennau gwe a’r rhan fwyaf o apiau
preset-community = Dim ond tudalennau ein cymuned ein hunain
preset-custom = Rhywbeth arall
setup-ports-field = Rhifau’r pyrth
setup-ports-hint = Er enghraifft 80, 443
setup-ports-wrong = Teipiwch rifau gyda choma rhyngddynt, fel 80, 443.
setup-way = Pa ffordd mae’n gadael yr adeilad?
setup-way-about = Gofynnwch i bwy bynnag sy’n gofalu am y llinell yma, os nad ydych yn siŵr.
way-line = Ar hyd ail linell neu’r Wi-Fi i westeion
way-line-about = Y ffordd orau. Nid yw llinell yr adeilad ei hun yn cael ei defnyddio o gwbl.
way-provider = Drwy ein darparwr
way-provider-about = Rhoddodd eich darparwr gyfeiriad i chi ar gyfer hyn. Yna mae’r traffig yn ymddangos fel eu traffig nhw.
way-source = O gyfeiriad y cyfrifiadur hwn
way-source-about = Ar gyfer llinell sy’n cael ei hadnabod wrth ei chyfeiriad yn unig.
way-own = Ar hyd llinell yr adeilad ei hun
way-own-about = Dim ond os yw’r person sy’n atebol yn derbyn hynny, ar y sgrin olaf.
setup-line-which = Pa linell yw hi?
setup-line-cable = { $name } (cebl)
setup-line-wifi = { $name } (Wi-Fi)
setup-line-down = { $name } (heb gysylltu nawr)
setup-line-field = Enw’r llinell
setup-line-hint = Er enghraifft eth1
setup-line-missing = Dewiswch linell, neu teipiwch ei henw.
setup-source-field = Y cyfeiriad
setup-source-hint = Er enghraifft 192.0.2.10
setup-source-wrong = Teipiwch gyfeiriad â rhifau, fel 192.0.2.10.
setup-provider-field = Cyfeiriad y darparwr
setup-provider-hint = Er enghraifft socks5://198.51.100.1:1080
setup-provider-wrong = Rhaid iddo ddechrau â socks5:// neu http://.
setup-names = Pwy sy’n chwilio am enwau tudalennau gwe?
setup-names-about = Ni ofynnir byth i’r adeilad ei hun. Cadwch 9.9.9.9 os nad ydych yn siŵr.
setup-names-field = Cyfeiriad y chwiliwr
setup-names-hint = Er enghraifft 9.9.9.9
setup-names-wrong = Teipiwch gyfeiriad â rhifau, fel 9.9.9.9.
setup-speed = Pa mor gyflym yw’r llinell?
setup-speed-about = Mae’n helpu i gadw lle i’r adeilad hwn. Gadewch ef yn wag os nad ydych yn gwybod.
setup-speed-field = Cyflymder mewn Mbit/s, fel ar y bil
setup-speed-hint = Er enghraifft 20
setup-number-wrong = Teipiwch rif, neu gadewch ef yn wag.
setup-hours = Pryd gaiff pobl ei ddefnyddio?
setup-hours-about = Ar adegau eraill nid oes neb yn mynd drwodd.
hours-some = Ar yr oriau hyn
hours-from = O
hours-from-hint = Er enghraifft 9:00
hours-to = Tan
hours-to-hint = Er enghraifft 17:00
hours-more = Mwy o oriau, un i bob llinell
hours-more-hint = Er enghraifft Sat 10:00-13:00
setup-time-wrong = Teipiwch amserau fel 9:00 a 17:00.
setup-hours-missing = Dewiswch o leiaf un diwrnod.
setup-limits = Faint gaiff pob person ei ddefnyddio?
setup-limits-about = Dywedir wrth bobl mewn geiriau pan fydd eu cyfran wedi’i defnyddio.
limit-hours = Oriau’r dydd i bob person
limit-megabytes = Megabeitiau’r dydd i bob person
limit-gigabytes = Gigabeitiau’r mis i bawb gyda’i gilydd
limit-none = Dim terfyn
limit-kept = Y rhan o’r llinell mae’r adeilad yn ei chadw, mewn canran
limit-kept-hint = 20
setup-percent-wrong = Mae’r rhan mae’r adeilad yn ei chadw yn rhif o 0 i 95.
setup-price = Beth mae’n ei gostio?
setup-price-about = Mae am ddim yn ateb da. Os na, mae pobl yn eich talu eu hunain, ar ôl y mis.
setup-price-field = Punnoedd am gigabeit
setup-price-hint = 0
setup-price-wrong = Teipiwch bunnoedd, fel 0 neu 0.25.
setup-terms = Â beth mae pobl yn cytuno yn gyntaf?
setup-terms-about = Yn eich geiriau eich hun. Gadewch ef yn wag os nad oes dim.
setup-terms-field = Eich geiriau
setup-terms-hint = Byddwch yn garedig. Dim ffilmiau gyda’r nos.
setup-agree = Ydy hyn yn iawn?
setup-agree-about = Darllenwch ef drwyddo. Yna mae’r person sy’n atebol yn cytuno â’i enw.
setup-agree-field = Enw’r person sy’n cytuno
setup-agree-missing = Teipiwch enw’r person sy’n cytuno.
own-line-title = Llinell yr adeilad ei hun sy’n ei gario
own-line-about = Bydd tudalennau mae cymdogion yn eu hagor yn edrych fel pe bai’r adeilad hwn wedi’u hagor.
own-line-accept = Rwy’n derbyn hynny
setup-own-line-missing = Derbyniwch fod llinell yr adeilad ei hun yn ei gario, neu dewiswch ffordd arall.
sum-responsible = { $name } sy’n gofalu amdano.
sum-contact = Gallwch gysylltu â nhw drwy { $how }.
sum-ports = Caniateir pyrth { $ports }.
sum-line = Mae’n gadael ar hyd y llinell { $name }.
sum-source = Mae’n gadael o { $address }.
sum-provider = Mae’n gadael drwy { $address }.
sum-own = Mae’n gadael ar hyd llinell yr adeilad ei hun.
sum-names = Mae enwau’n cael eu chwilio yn { $address }.
sum-speed = Mae’r llinell yn cario { $speed } megabit mewn eiliad.
sum-speed-unknown = Ni ddywedwyd pa mor gyflym yw’r llinell. Mae Hedgerow yn darganfod hynny ei hun.
sum-hours = { $what } awr y dydd yr un.
sum-megabytes = { $what } megabeit y dydd yr un.
sum-gigabytes = { $what } gigabeit y mis i bawb.
sum-kept = Mae’r adeilad hwn yn cadw { $what } % o’r llinell.
sum-terms = Yn gyntaf mae pobl yn cytuno â: { $text }
sum-terms-none = Nid oes rhaid i bobl gytuno ag unrhyw eiriau yn gyntaf.
refused-not-public = Nid yw ar y rhyngrwyd agored.
refused-port = Ni chaniateir y math hwn o ddefnydd.
refused-local = Mae’n enw neu gyfeiriad o’r adeilad hwn.
refused-name = Nid oes neb yn adnabod yr enw hwn.
refused-list = Mae’r gwesteiwr wedi cau’r lle hwn.
refused-no-answer = Nid yw’n ateb.
share-poster = Poster i’r wal
share-poster-about = Trowch y dudalen i ymwelwyr ymlaen, a chadwch boster sy’n arwain ati.
