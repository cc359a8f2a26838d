# Fy ffordd i’r rhyngrwyd drwy adeilad.
page-internet = Rhyngrwyd
internet-none = Nid oes adeilad yn rhannu ei ryngrwyd eto
internet-none-do = Pan fydd llyfrgell, ysgol neu neuadd yn eich ardal yn gwneud hynny, bydd i’w gweld yma. Gofynnwch i drefnydd.
internet-out = Mae rhyngrwyd yr adeiladau yma ar gyfer aelodau
internet-out-do = Cawsoch eich tynnu allan o’r gymuned hon, felly nid yw ei hadeiladau yn eich gadael drwodd.
internet-off = I ffwrdd
internet-off-sentence = Nid ydych yn defnyddio rhyngrwyd unrhyw adeilad.
internet-ready = Ymlaen
internet-through = Rydych yn cyrraedd y rhyngrwyd drwy { $name }.
internet-waits = Ymlaen, ond heb fynd drwodd eto
internet-waits-sentence = Nid oes adeilad yn eich gadael drwodd ar hyn o bryd. Mae pob un yn dweud pam isod.
internet-refused-other = Gwrthodwyd y dudalen ddiwethaf i chi ofyn amdani.
internet-now-off = Nid ydych yn defnyddio rhyngrwyd adeilad mwyach.
internet-now-on = O hyn ymlaen rydych yn defnyddio’r rhyngrwyd hwn.
internet-accepted = Rydych wedi cytuno. Gallwch ei ddefnyddio nawr.
internet-pays = Dyma’r mwyaf y byddwch yn ei dalu. Nid oes dim yn costio mwy na hynny.
internet-pays-nothing = O hyn ymlaen nid ydych yn talu dim.
way-question = Rhyngrwyd pwy ydych chi am ei ddefnyddio?
way-auto = Yr un gorau, wedi’i ddewis i mi
way-only = Dim ond { $name }
way-off = Rhyngrwyd dim un adeilad
building-open = Ar agor i chi
building-unknown = Heb ofyn eto
building-needs-you = Angen eich caniatâd
building-away = Allan o gyrraedd
building-closed = Ar gau nawr
answers-for-it = { $name } sy’n gofalu amdano.
left-today = { $what } ar ôl i chi heddiw
price-free = Nid yw’n costio dim.
price-gb = Mae’n costio { $sum } am gigabeit.
price-first = I’w ddefnyddio, dywedwch isod yn gyntaf beth fyddwch chi’n ei dalu. Mae’n gofyn { $sum } am gigabeit.
terms-title = Darllenwch hyn yn gyntaf
terms-agree = Cytuno â { $name }
span-hours =
    { $count ->
        [zero] { $count } awr
        [one] 1 awr
        [two] 2 awr
        [few] { $count } awr
        [many] { $count } awr
       *[other] { $count } awr
    }
span-minutes =
    { $count ->
        [zero] { $count } munud
        [one] 1 munud
        [two] 2 funud
        [few] { $count } munud
        [many] { $count } munud
       *[other] { $count } munud
    }
hours-always = Ar agor ddydd a nos
hours-all-day = ar agor drwy’r dydd
hours-days = { $from } i { $to }
hours-line = { $days }, { $from } tan { $to }
day-monday = Dydd Llun
day-tuesday = Dydd Mawrth
day-wednesday = Dydd Mercher
day-thursday = Dydd Iau
day-friday = Dydd Gwener
day-saturday = Dydd Sadwrn
day-sunday = Dydd Sul
refused-hours = Mae y tu allan i’w oriau.
refused-paused = Mae’r gwesteiwr wedi’i oedi am y tro.
refused-community-only = Dim ond i dudalennau eich cymuned eich hun y mae.
refused-rules = Rhaid i’r gwesteiwr edrych ar ei reolau yn gyntaf.
refused-not-for-you = I bobl eraill y mae. Gofynnwch i’r gwesteiwr eich gadael i mewn.
refused-terms = Darllenwch ei eiriau a chytuno â nhw yn gyntaf.
refused-price = Mae’n costio rhywbeth, ac nid ydych wedi cytuno â hynny eto.
refused-ceiling = Rydych wedi defnyddio’r hyn y dywedoch y byddech yn ei dalu y mis hwn.
refused-share = Mae eich cyfran am heddiw wedi’i defnyddio.
refused-month = Mae cyfran pawb am y mis hwn wedi’i defnyddio.
refused-gone = Ni ellir cyrraedd ei gyfrifiadur ar hyn o bryd.
refused-line = Nid yw ei linell i’r rhyngrwyd yn gweithio ar hyn o bryd.
refused-asking = Yn gofyn sut mae…
refused-not-asked = Dewiswch ef uchod i weld a yw ar agor.
refused-out = Dim ond ar gyfer aelodau’r gymuned hon y mae.
refused-other = Nid yw’n eich gadael drwodd ar hyn o bryd.
pays-question = Faint fyddwch chi’n ei dalu?
pays-nothing = Rydych wedi cytuno i dalu dim. Dim ond yr hyn sydd am ddim rydych yn ei ddefnyddio.
pays-most = Rydych yn talu { $sum } mewn mis ar y mwyaf.
pays-about = Ni chodir dim cyn i chi ddweud hynny yma. Rydych yn setlo gyda’r gwesteiwr eich hun.
pays-gigabyte = Y mwyaf am un gigabeit, mewn ceiniogau
pays-month = Y mwyaf mewn mis, mewn punnoedd
pays-gigabyte-wrong = Teipiwch geiniogau cyfan am gigabeit, fel 25.
pays-month-wrong = Teipiwch bunnoedd am fis, fel 5 neu 2.50.
pays-set = Cytuno i dalu hyn
pays-none = Talu dim
browser-title = Eich porwr gwe
browser-about = Un gwasgiad, ac mae Firefox a Chromium yn defnyddio’r ffordd hon hefyd. Mae un gwasgiad yn ei dadwneud.
browser-set-up = Gosod fy mhorwr
browser-set = Mae eich porwr yn defnyddio’r ffordd hon
browser-set-about = Gallwch roi’r hyn oedd yno o’r blaen yn ôl unrhyw bryd.
browser-undo = Rhoi’r hyn oedd yno o’r blaen yn ôl
browser-stranded = Nid yw eich porwr yn canfod tudalennau nawr
browser-stranded-do = Mae’n dal i chwilio am ryngrwyd adeilad, ond nid ydych yn defnyddio un. Dewiswch un uchod, neu rhowch ef yn ôl.
browser-first = Dewiswch adeilad uchod yn gyntaf. Yna gosodwch eich porwr yma.
browser-by-hand = Ei osod â llaw
browser-by-hand-about = Nid oes un lle ar gyfer hyn ar y cyfrifiadur hwn, felly rydych yn gosod eich porwr â llaw.
browser-start = Cychwyn { $name } fel hyn
browser-start-about = Caewch { $name } yn gyntaf os yw ar agor.
browser-firefox = Yn Firefox, mewn tri cham
browser-firefox-1 = 1. Agorwch y Gosodiadau a chwiliwch am “proxy”. Pwyswch y botwm yno.
browser-firefox-2 = 2. Dewiswch “Automatic proxy configuration URL”.
browser-firefox-3 = 3. Gludwch y cyfeiriad hwn yno a phwyswch OK.
browser-copy = Copïo’r cyfeiriad
browser-now-set = Mae eich porwr wedi’i osod. Caewch ef a’i agor eto os nad yw tudalen yn llwytho.
browser-now-undone = Mae eich porwr fel yr oedd o’r blaen.
browser-started = Mae eich porwr yn cychwyn.
test-title = Ydy hyn yn gweithio?
test-target = Cyfeiriad gwe i roi cynnig arno
test-try = Rhoi cynnig arno nawr
test-works = Mae’n gweithio, drwy { $name }.
test-fails = Nid yw’n gweithio ar hyn o bryd.
my-use = Beth ddefnyddioch chi
my-use-about = Dim ond faint sy’n cael ei gyfrif, byth i ble yr aethoch.
used-free = am ddim
used-cost = mae’n costio { $sum }
save-page = Cadw tudalen i’w hargraffu
save-table = Cadw tabl
saved-as = Wedi’i gadw fel { $path }
fault-program = Ni wnaeth y rhaglen { $name } hynny
fault-program-do = Ni newidiwyd dim. Mae’r manylion yn dweud mwy.
fault-settings = Ni dderbyniodd gosodiadau’r bwrdd gwaith hyn
fault-settings-do = Ni newidiwyd dim. Gallwch osod eich porwr â llaw yn lle hynny.
fault-no-browser = Nid oes rhaglen ar y cyfrifiadur hwn sy’n agor tudalennau gwe.
fault-no-browser-do = Copïwch y cyfeiriad, a’i agor lle mae porwr: { $address }
page-opened = Mae’n agor yn eich porwr.

# Talebau
voucher-question = Oes gennych chi daleb?
voucher-question-about = Gall rhywun sy’n rhannu rhyngrwyd adeilad roi un i chi.
voucher-where = Ym mha adeilad?
voucher-use = Ei defnyddio
voucher-used = Cewch ddefnyddio { $size } yn { $name }, tan { $until }.
used-due = { $sum } yn dal i’w dalu
used-settled = popeth wedi’i setlo
