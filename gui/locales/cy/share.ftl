# Yr hyn y mae pobl yn ei gyhoeddi, ei ganfod a’i gario. Geiriau syml, brawddegau byr.
page-things = Fy mhethau
page-write = Rhannu rhywbeth
page-import = Rhestrau a chofion bach
page-hidden = Cudd a rhwystredig
page-activity = Gweithgarwch

ago-now = Newydd ddigwydd
ago-minutes =
    { $count ->
        [zero] { $count } munud yn ôl
        [one] 1 munud yn ôl
        [two] 2 funud yn ôl
        [few] { $count } munud yn ôl
        [many] { $count } munud yn ôl
       *[other] { $count } munud yn ôl
    }
ago-hours =
    { $count ->
        [zero] { $count } awr yn ôl
        [one] 1 awr yn ôl
        [two] 2 awr yn ôl
        [few] { $count } awr yn ôl
        [many] { $count } awr yn ôl
       *[other] { $count } awr yn ôl
    }
ago-days =
    { $count ->
        [zero] { $count } diwrnod yn ôl
        [one] Ddoe
        [two] 2 ddiwrnod yn ôl
        [few] { $count } diwrnod yn ôl
        [many] { $count } diwrnod yn ôl
       *[other] { $count } diwrnod yn ôl
    }

things-about = Yr hyn rydych chi a’ch grwpiau yn ei rannu. Gwiriwch o bryd i’w gilydd ei fod yn dal yn gywir, a dywedwch hynny.
things-none = Nid ydych yn rhannu dim eto
things-none-do = Ychwanegwch wasanaeth neu ddigwyddiad, neu ysgrifennwch hysbysiad. Bydd eraill yn ei ganfod o fewn eiliadau, neu pan fydd eu cyfrifiadur yn cwrdd â’ch un chi.
things-count =
    { $count ->
        [zero] { $count } peth
        [one] 1 peth
        [two] 2 beth
        [few] { $count } pheth
        [many] { $count } pheth
       *[other] { $count } peth
    }
things-more = Canfod fy holl bethau
things-begun = Heb ei gyhoeddi eto
things-go-on = Dal ati i ysgrifennu { $title }
thing-see = Ei weld
thing-see-it = Gweld { $title }
thing-change = Ei newid
thing-change-it = Newid { $title }
thing-check = Rwyf wedi’i wirio heddiw
thing-check-it = Rwyf wedi gwirio { $title } heddiw
thing-withdraw = Ei dynnu’n ôl
thing-withdraw-it = Tynnu { $title } yn ôl
check-by = Gwirio eto erbyn { $day }
seen-by-members = Dim ond aelodau sy’n ei weld
done-published = Mae { $title } wedi’i gyhoeddi
done-changed = Mae { $title } wedi’i newid
done-checked = Mae { $title } wedi’i nodi fel wedi’i wirio heddiw
done-withdrawn = Mae { $title } wedi’i dynnu’n ôl
done-put-back = Mae fel yr oedd o’r blaen
done-saved = Wedi’i gadw fel { $path }

write-which = Beth hoffech chi ei rannu?
write-service = Ychwanegu gwasanaeth
write-service-about = Rhywbeth y gall pobl ei ddefnyddio: llyfrgell, clwb cinio, caffi trwsio.
write-notice = Ysgrifennu hysbysiad
write-notice-about = Rhywbeth y dylai pobl ei wybod am ychydig.
write-event = Ychwanegu digwyddiad
write-event-about = Rhywbeth sy’n digwydd ar ddiwrnod.
write-change = Newid { $title }
write-nothing = Nid oes dim i’w ysgrifennu yma
write-nothing-do = Ewch yn ôl a dewis beth i’w ysgrifennu.
write-not-mine = Nid chi sydd i newid hwn
write-not-mine-do = Gofynnwch i’r bobl sy’n ei rannu, neu i drefnydd.
write-no-form = Ni ellir newid hwn yma
write-no-form-do = Mae ganddo ffurf nad yw’r dudalen hon yn ei hadnabod. Mae’n ddiogel lle mae.
write-not-yet = Ni allwch rannu dim eto
write-not-yet-do = Rhaid i rywun yn y gymuned eich gadael i mewn yn gyntaf.
write-needs-name = Dim ond yr enw sydd ei angen. Gall y gweddill aros yn wag.
write-needs-title = Dim ond y teitl sydd ei angen. Gall y gweddill aros yn wag.
write-needs-title-day = Dim ond y teitl a’r diwrnod sydd eu hangen. Gall y gweddill aros yn wag.
write-kept = Mae’r hyn rydych yn ei deipio yn cael ei gadw ar y cyfrifiadur hwn nes i chi ei gyhoeddi.
write-anew = Dechrau eto
write-bring-back = Dod â’r hyn a deipiais yn ôl
write-in-name = Rhennir gan: { $name }
write-wrong =
    { $count ->
        [zero] Mae angen golwg ar { $count } peth
        [one] Mae angen golwg ar un peth
        [two] Mae angen golwg ar 2 beth
        [few] Mae angen golwg ar { $count } pheth
        [many] Mae angen golwg ar { $count } pheth
       *[other] Mae angen golwg ar { $count } peth
    }
write-wrong-do = Edrychwch ar: { $fields }
write-preview = Ei weld fel y bydd eraill
write-publish = Ei gyhoeddi
write-save = Cadw’r newidiadau
write-as = Pwy sy’n ei rannu?
owner-me = Fi, fel { $name }
write-for = Pwy gaiff ei ddarllen?
for-everybody = Pawb gerllaw, yn aelodau neu beidio
for-members = Dim ond aelodau’r gymuned
write-name-seen = Bydd eich enw wrth ei ymyl. Gallwch ei dynnu’n ôl yn nes ymlaen. Yna mae’n mynd o’r cyfrifiaduron eraill pan glywant am hynny. Ar ôl 400 diwrnod ar y mwyaf mae wedi mynd o bob un.
write-hours-now = Oriau agor nawr
write-hours-odd = Mae’r oriau hyn yn rhy arbennig i linell yr un. Maent yn aros oni bai eich bod yn teipio rhai newydd.
write-changed = Newidiodd rhywun hwn tra oeddech yn ysgrifennu
write-changed-do = Ni chollwyd dim. Mae’r hyn a deipioch yn dal yma.
write-changed-see = Gweld yr un newyddach
write-changed-mine = Mynd ymlaen â f’un i
write-changed-theirs = Dechrau eto o’r un newyddach
write-another = Rhannu rhywbeth arall
preview-about = Fel hyn y bydd eraill yn ei weld. Nid oes dim wedi’i gyhoeddi eto.
preview-back = Newid rhywbeth
published-title = Mae wedi’i gyhoeddi
published-where = Bydd cyfrifiaduron eraill yn ei gael o fewn eiliadau, neu pan fyddant nesaf yn cwrdd â’ch un chi.
published-see = Ei weld yn llawn
see-my-things = Gweld fy mhethau
field-name = Beth yw ei enw?
field-title = Teitl
field-what = Beth yw, ac i bwy?
field-says = Beth mae’n ei ddweud?
field-hours-notes = Beth dylai pobl ei wybod am yr oriau?
field-place-name = Enw’r lle
field-address = Stryd a rhif
field-town = Tref neu bentref
field-postcode = Cod post
field-organisation = Pwy sy’n ei redeg?
field-from = Ei ddangos o
field-until = Ei ddangos tan
field-severity = Faint mae’n ei olygu?
field-day = Ar ba ddiwrnod?
field-time = Pryd mae’n dechrau?
field-end-time = Pryd mae’n gorffen?
field-end-day = Diwrnod olaf
field-place = Ble mae?
field-repeat = A yw’n digwydd eto?
field-times = Sawl gwaith i gyd?
notice-until = tan { $day }
severity-info = Da gwybod
severity-warning = Byddwch yn ofalus
severity-urgent = Gweithredwch nawr
repeat-once = Nac ydy, mae’n digwydd unwaith
repeat-daily = Bob dydd
repeat-weekly = Bob wythnos
repeat-fortnightly = Bob yn ail wythnos
repeat-monthly = Bob mis, ar yr un diwrnod o’r wythnos
repeat-kept = Fel y mae nawr
hint-service = Er enghraifft Clwb cinio
hint-what = Er enghraifft Pryd cynnes a chwmni da i unrhyw un dros 60
hint-hours = Er enghraifft Llun-Gwener 9:00-17:00
hint-hours-notes = Er enghraifft Ar gau ym mis Awst
hint-address = Er enghraifft 12 Lôn y Felin
hint-town = Er enghraifft Aberteifi
hint-postcode = Er enghraifft SA43 1AB
hint-phone = Er enghraifft 01632 960123
hint-email = Er enghraifft helo@example.org
hint-web = Er enghraifft https://example.org
hint-cost = Er enghraifft Am ddim, neu £3 y pryd
hint-organisation = Er enghraifft Capel Glan yr Afon
hint-notice = Er enghraifft Dim dŵr ar Lôn y Felin
hint-says = Er enghraifft Ni fydd dŵr ddydd Mawrth o 9 tan 12
hint-event = Er enghraifft Swper cynhaeaf
hint-event-what = Er enghraifft Dewch â saig i’w rhannu
hint-day = Er enghraifft 24 Rhagfyr 2026
hint-time = Er enghraifft 18:30
hint-end-time = Er enghraifft 20:00
hint-place = Er enghraifft Neuadd y pentref
hint-times = Er enghraifft 10
help-hours = Un llinell i bob un: y dyddiau, yna’r amserau. Er enghraifft Mawrth,Iau 10:00-13:00.
help-organisation = Gadewch ef yn wag os chi yw.
help-from = Gadewch ef yn wag i’w ddangos ar unwaith.
help-until = Gadewch ef yn wag i’w ddangos am 30 diwrnod.
help-time = Gadewch ef yn wag os yw’n para’r diwrnod cyfan.
help-end-time = Gadewch ef yn wag os yw’n para awr.
help-end-day = Dim ond os yw’n gorffen ar ddiwrnod arall.
help-times = Gadewch ef yn wag os yw’n mynd ymlaen.
wrong-name = Teipiwch enw neu deitl.
wrong-url = Mae tudalen we yn dechrau â https:// neu http://.
wrong-email = Mae cyfeiriad e-bost yn edrych fel enw@example.org.
wrong-hours = Ysgrifennwch y dyddiau, yna’r amserau. Er enghraifft Llun-Gwener 9:00-17:00.
wrong-day = Ysgrifennwch ddiwrnod fel 24/12/2026 neu 24 Rhagfyr 2026.
wrong-time = Ysgrifennwch amser fel 18:30 neu 6:30pm.
wrong-two-ways = Ai { $one } ynteu { $other } rydych yn ei feddwl? Ysgrifennwch ef felly, os gwelwch yn dda.
time-means = Mae hyn yn golygu { $time }.
wrong-start-first = Dywedwch yn gyntaf pryd mae’n dechrau.
wrong-order = Rhaid i’r diwedd ddod ar ôl y dechrau.
wrong-until = Rhaid iddo orffen ar ôl dechrau cael ei ddangos.
wrong-times = Ysgrifennwch rif fel 10.
wrong-long = Mae hwn yn rhy hir. Gwnewch ef yn fyrrach.
wrong-first-day = Rhaid i’r diwrnod cyntaf fod yn un o’r dyddiau y mae’n digwydd eto.
wrong-repeat = Nid yw’r ffordd hon o ailadrodd yn ddealladwy.

import-list = Dod â rhestr o wasanaethau i mewn
import-list-about = Tabl wedi’i gadw fel CSV, fel y gwna taenlenni. Rhaid i un golofn gael ei galw’n “name”. Yn gyntaf cewch weld beth fyddai’n dod i mewn. Nid oes dim yn newid cyn i chi ddweud.
import-list-columns = Colofnau eraill a ddarllenir: description, organisation, place, address, town, postcode, phone, email, web, hours, cost. Darllenir rhestr o gyfeiriadur hefyd.
done-taken-back = { $count ->
    [one] Mae wedi’i gymryd yn ôl.
   *[other] Cymerwyd { $count } gwasanaeth yn ôl.
}
import-file = Ble mae’r ffeil?
import-file-hint = Er enghraifft gwasanaethau.csv
file-drop = Gollyngwch y ffeil ar y ffenestr hon, neu teipiwch ei henw os yw yn eich ffolder Downloads neu gartref.
file-missing = Dywedwch ble mae’r ffeil yn gyntaf.
import-look = Edrych beth sydd ynddi
import-go = { $count ->
    [one] Dod ag 1 gwasanaeth i mewn
   *[other] Dod â { $count } gwasanaeth i mewn
}
import-nothing = Nid oes dim ynddi’n newydd. Mae’r cyfan yma yn barod.
import-new =
    { $count ->
        [zero] { $count } newydd
        [one] 1 newydd
        [two] 2 newydd
        [few] { $count } newydd
        [many] { $count } newydd
       *[other] { $count } newydd
    }
import-changed =
    { $count ->
        [zero] { $count } wedi newid
        [one] 1 wedi newid
        [two] 2 wedi newid
        [few] { $count } wedi newid
        [many] { $count } wedi newid
       *[other] { $count } wedi newid
    }
import-same =
    { $count ->
        [zero] { $count } fel o’r blaen
        [one] 1 fel o’r blaen
        [two] 2 fel o’r blaen
        [few] { $count } fel o’r blaen
        [many] { $count } fel o’r blaen
       *[other] { $count } fel o’r blaen
    }
found-in-file = Mae hyn yn y ffeil
taken-from-file = Daeth hyn i mewn
aside-count =
    { $count ->
        [zero] Ni all { $count } cofnod ddod i mewn
        [one] Ni all 1 cofnod ddod i mewn
        [two] Ni all 2 gofnod ddod i mewn
        [few] Ni all { $count } chofnod ddod i mewn
        [many] Ni all { $count } chofnod ddod i mewn
       *[other] Ni all { $count } cofnod ddod i mewn
    }
aside-do = Cywirwch nhw yn y ffeil, yna dewch â hi i mewn eto. Mae’r hyn sydd yno’n barod yn aros fel y mae.
aside-more =
    { $count ->
        [zero] A { $count } arall.
        [one] Ac 1 arall.
        [two] A 2 arall.
        [few] A { $count } arall.
        [many] A { $count } arall.
       *[other] A { $count } arall.
    }
done-imported =
    { $count ->
        [zero] Daeth { $count } gwasanaeth i mewn
        [one] Daeth 1 gwasanaeth i mewn
        [two] Daeth 2 wasanaeth i mewn
        [few] Daeth { $count } gwasanaeth i mewn
        [many] Daeth { $count } gwasanaeth i mewn
       *[other] Daeth { $count } gwasanaeth i mewn
    }
export = Cadw gwasanaethau fel ffeiliau
export-about = Gall rhaglenni eraill eu darllen. Maent ar y ffurf y mae cyfeiriaduron Prydain yn ei defnyddio (Open Referral UK).
export-all = Pob gwasanaeth yma
export-mine = Dim ond fy rhai i a’m grwpiau
export-go = Cadw’r gwasanaethau
exported-count =
    { $count ->
        [zero] Mae { $count } gwasanaeth yn y ffolder.
        [one] Mae 1 gwasanaeth yn y ffolder.
        [two] Mae 2 wasanaeth yn y ffolder.
        [few] Mae { $count } gwasanaeth yn y ffolder.
        [many] Mae { $count } gwasanaeth yn y ffolder.
       *[other] Mae { $count } gwasanaeth yn y ffolder.
    }
exported-left-out =
    { $count ->
        [zero] Nid oedd { $count } yn ffitio’r ffurf a gadawyd nhw allan.
        [one] Nid oedd 1 yn ffitio’r ffurf a gadawyd ef allan.
        [two] Nid oedd 2 yn ffitio’r ffurf a gadawyd nhw allan.
        [few] Nid oedd { $count } yn ffitio’r ffurf a gadawyd nhw allan.
        [many] Nid oedd { $count } yn ffitio’r ffurf a gadawyd nhw allan.
       *[other] Nid oedd { $count } yn ffitio’r ffurf a gadawyd nhw allan.
    }
stick = Cario popeth ar gof bach
stick-about = Ar gyfer cyfrifiadur nad yw byth gerllaw. Cadwch ffeil ar gof bach, ewch â hi yno, a dewch â’u ffeil nhw yn ôl.
stick-none = Nid oes cof bach yn y cyfrifiadur hwn.
stick-none-do = Rhowch un i mewn, a daw ei enw i’r golwg yma.
stick-save-on = Cadw popeth ar { $name }
stick-look-at = Edrych beth sydd yn { $file }
stick-saved = Mae popeth ar y cof bach, fel { $file }. Gallwch ei dynnu allan ar ôl gorffen.
stick-pack = Cadw popeth yma
stick-file = Ffolder arall, neu ffeil o gof bach
stick-file-hint = Er enghraifft /media/stick
stick-look = Edrych beth sydd yma
stick-go = Ei dderbyn
stick-nothing = Nid oes dim ynddi’n newydd yma.
stick-new =
    { $count ->
        [zero] { $count } cofnod newydd
        [one] 1 cofnod newydd
        [two] 2 gofnod newydd
        [few] { $count } chofnod newydd
        [many] { $count } chofnod newydd
       *[other] { $count } cofnod newydd
    }
stick-known =
    { $count ->
        [zero] Roedd { $count } cofnod yma’n barod
        [one] Roedd 1 cofnod yma’n barod
        [two] Roedd 2 gofnod yma’n barod
        [few] Roedd { $count } chofnod yma’n barod
        [many] Roedd { $count } chofnod yma’n barod
       *[other] Roedd { $count } cofnod yma’n barod
    }
stick-damaged =
    { $count ->
        [zero] Mae { $count } rhan wedi’u difrodi
        [one] Mae 1 rhan wedi’i difrodi
        [two] Mae 2 ran wedi’u difrodi
        [few] Mae { $count } rhan wedi’u difrodi
        [many] Mae { $count } rhan wedi’u difrodi
       *[other] Mae { $count } rhan wedi’u difrodi
    }
done-unpacked =
    { $count ->
        [zero] Daeth { $count } cofnod newydd i mewn
        [one] Daeth 1 cofnod newydd i mewn
        [two] Daeth 2 gofnod newydd i mewn
        [few] Daeth { $count } chofnod newydd i mewn
        [many] Daeth { $count } chofnod newydd i mewn
       *[other] Daeth { $count } cofnod newydd i mewn
    }

find-services = Gwasanaethau
find-notices = Hysbysiadau
find-events = Digwyddiadau
find-sites = Safleoedd lleol
find-mine = Fy rhai i
show-everything = Dangos popeth
near-field = Ger pa dref neu god post?
near-hint = Tref neu god post
as-list = Rhestr
as-map = Map
find-none-near = Dim byd wedi’i ganfod ger “{ $place }”
find-none-near-do = Rhowch gynnig ar enw’r dref yn unig, neu ran gyntaf y cod post.
find-none-kind = Nid oes dim o’r math hwn eto
find-none-kind-do = Pwyswch “Dangos popeth” i weld y gweddill.
kind-site = Safle lleol
kind-organisation = Sefydliad
map-closer = Mynd yn nes
map-further = Mynd ymhellach
map-all = Dangos y cyfan
map-about = Pwyswch bwynt i weld beth sydd yno. Mae’r gogledd i fyny.
map-name =
    { $count ->
        [zero] Map gyda { $count } lle
        [one] Map gydag 1 lle
        [two] Map gyda 2 le
        [few] Map gyda { $count } lle
        [many] Map gyda { $count } lle
       *[other] Map gyda { $count } lle
    }
map-none = Nid oes dim yma’n dweud ble mae ar fap
map-none-do = Mae’r lleoedd wedi’u rhestru isod fesul tref.
map-elsewhere = Ddim ar y map
map-elsewhere-about = Nid yw’r rhain yn dweud yn union ble maent.
map-no-place = Tref anhysbys

item-calendar = Cadw i’m calendr
event-times = { $from } tan { $to }
event-days = { $from } tan { $to }
event-all-day = { $day }, drwy’r dydd
event-over = Mae drosodd
repeats-daily = Mae’n digwydd bob dydd
repeats-weekly = Mae’n digwydd bob wythnos
repeats-fortnightly = Mae’n digwydd bob yn ail wythnos
repeats-monthly = Mae’n digwydd bob mis
repeats-yearly = Mae’n digwydd bob blwyddyn
repeats-other = Mae’n digwydd eto ar ddyddiau eraill
repeats-unknown = Mae’n digwydd eto, ac nid yw’r dyddiad nesaf yn hysbys
item-report = Dweud wrth y trefnwyr
item-hide = Ei guddio rhag pawb
item-unhide = Ei ddangos eto
item-block = Peidio â gweld { $name }
item-hidden-by = Cuddiwyd gan { $name }.
item-site = Mae { $name } yn safle lleol sy’n mynd gyda hwn
item-site-open = Agor y safle lleol
item-site-where = Gweld ef dan Safleoedd lleol
version-shown = Ysgrifennwyd gan { $name }: { $when }. Hwn yw’r un a welwch.
version-other = Ysgrifennwyd gan { $name }: { $when }, ar gyfrifiadur arall.
version-says = Mae’n dweud:
version-not = Nid yw’n dweud:
version-same = Mae’n dweud yr un peth.
version-withdrawn = Fe’i tynnwyd yn ôl yno.
version-keep-shown = Cadw’r un a welwch
version-keep-other = Defnyddio hwn
reason-spam = Mae’n hysbysebu, neu’n dod dro ar ôl tro.
reason-wrong = Mae’n anghywir neu’n camarwain pobl.
reason-hurtful = Mae’n brifo neu’n ymosod ar rywun.
reason-private = Mae’n dweud yr hyn sy’n breifat.
reason-unlawful = Mae yn erbyn y gyfraith.
reason-other = Rheswm arall.
reason-missing = Dewiswch reswm yn gyntaf.
own-words = Gallwch adael hwn yn wag
hide-why = Pam na ddylai neb ei weld?
hide-about = Ni chaiff ei ddileu, a gallwch ei ddangos eto.
hide-text = Geiriau y gall pawb eu darllen
hide-go = Ei guddio nawr
done-hidden = Mae { $title } wedi’i guddio rhag pawb
done-unhidden = Mae { $title } yn cael ei ddangos eto
done-blocked = Nid ydych yn gweld { $name } ar y cyfrifiadur hwn mwyach
done-unblocked = Rydych yn gweld { $name } eto
fault-hidden = Mae’r trefnwyr wedi cuddio hwn
fault-hidden-do = Ni chaiff neb ei weld. Os credwch fod hynny’n anghywir, gofynnwch i drefnydd.
fault-changed = Newidiodd rhywun hwn yn y cyfamser
fault-changed-do = Ni chadwyd dim drosto. Edrychwch ar yr un newyddach yn gyntaf.
fault-file-damaged = Ni ellir darllen y ffeil hon
fault-file-damaged-do = Mae angen colofn o’r enw “name” ar dabl. Mewn ffeiliau eraill, gall rhan fod ar goll.
fault-too-large = Mae’r ffeil hon yn rhy fawr
fault-too-large-do = Rhannwch hi’n ffeiliau llai.

hidden-about = Dyma’r hyn y mae’r trefnwyr yn ei guddio rhag pawb, a pham.
hidden-about-organiser = Dyma’r hyn sydd wedi’i guddio rhag pawb, a pham. Gallwch ei ddangos eto.
hidden-all = Popeth y maent yn ei rannu
hidden-none = Nid oes dim wedi’i guddio
hidden-none-do = Pan fydd trefnydd yn cuddio rhywbeth, bydd yma gyda’r rheswm.
unhide-it = Dangos { $title } eto
blocked = Pobl nad ydych yn eu gweld
blocked-about = Dim ond y cyfrifiadur hwn sy’n gwybod. Ni ddywedir wrthynt.
blocked-none = Rydych yn gweld pawb
blocked-none-do = I beidio â gweld rhywun, agorwch rywbeth y maent yn ei rannu.
unblock = Eu gweld eto
unblock-it = Gweld { $title } eto

activity-about = Yr hyn a rannwyd ac a benderfynwyd yma’n ddiweddar. Pwyntiwch at linell i weld yr union amser.
activity-none = Nid oes dim wedi digwydd eto
activity-none-do = Bydd yr hyn y mae pobl yn ei rannu a’i benderfynu yn ymddangos yma.
happened-by = { $by }: { $what }
happened-published = wedi cyhoeddi { $what }
happened-published-many =
    { $count ->
        [zero] wedi cyhoeddi { $count } peth newydd
        [one] wedi cyhoeddi rhywbeth newydd
        [two] wedi cyhoeddi 2 beth newydd
        [few] wedi cyhoeddi { $count } pheth newydd
        [many] wedi cyhoeddi { $count } pheth newydd
       *[other] wedi cyhoeddi { $count } peth newydd
    }
happened-changed = wedi newid { $what }
happened-changed-many =
    { $count ->
        [zero] wedi newid { $count } peth
        [one] wedi newid rhywbeth
        [two] wedi newid 2 beth
        [few] wedi newid { $count } pheth
        [many] wedi newid { $count } pheth
       *[other] wedi newid { $count } peth
    }
happened-withdrawn = wedi tynnu { $what } yn ôl
happened-withdrawn-many =
    { $count ->
        [zero] wedi tynnu { $count } peth yn ôl
        [one] wedi tynnu rhywbeth yn ôl
        [two] wedi tynnu 2 beth yn ôl
        [few] wedi tynnu { $count } pheth yn ôl
        [many] wedi tynnu { $count } pheth yn ôl
       *[other] wedi tynnu { $count } peth yn ôl
    }
happened-request = wedi anfon neges breifat
happened-genesis = wedi dechrau’r gymuned
happened-admit = wedi gadael rhywun i mewn
happened-join = wedi dod i mewn
happened-device = wedi ychwanegu cyfrifiadur
happened-device-out = wedi tynnu cyfrifiadur allan
happened-group = wedi dechrau grŵp
happened-group-member = wedi newid pwy sydd mewn grŵp
happened-grant = wedi rhoi rôl i rywun
happened-revoke = wedi tynnu rhywun allan, neu wedi cymryd rôl
happened-organisers = wedi penderfynu am y trefnwyr
happened-recovery = wedi newid sut i ddod yn ôl i mewn
happened-hide = wedi cuddio rhywbeth
happened-unhide = wedi dangos rhywbeth eto
happened-profile = mae enw neu ddisgrifiad newydd
happened-linked = Cysylltodd { $name }
happened-unlinked = Aeth { $name } allan o gyrraedd
