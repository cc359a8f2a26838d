# Pobl, grwpiau a threfnwyr
page-people = Pobl a grwpiau
page-person = Un person
page-group = Un grŵp
people-none = Does neb yma eto
people-none-do = Bydd pobl yn ymddangos yma cyn gynted ag y bydd eich cyfrifiadur yn cwrdd ag un arall.
people-gone =
    { $count ->
        [zero] Does neb arall i’w ddangos
        [one] Dangos 1 person sy’n aros, a adawodd neu a dynnwyd allan
        [two] Dangos 2 berson sy’n aros, a adawodd neu a dynnwyd allan
        [few] Dangos { $count } pherson sy’n aros, a adawodd neu a dynnwyd allan
        [many] Dangos { $count } pherson sy’n aros, a adawodd neu a dynnwyd allan
       *[other] Dangos { $count } o bobl sy’n aros, a adawodd neu a dynnwyd allan
    }
role-organiser = Trefnydd
role-member = Aelod
role-newcomer = Newydd-ddyfodiad, yn cael darllen
role-keeper = Yn cadw copïau yn unig
standing-removed = Wedi’i dynnu allan
standing-left = Wedi gadael
standing-waiting = Yn aros i gael dod i mewn
that-is-you = Chi yw hwn
blocked-here = Wedi’i rwystro ar y cyfrifiadur hwn
groups = Grwpiau
groups-none = Does dim grwpiau eto.
group-mine = Rydych yn rhannu yn ei enw
group-start = Dechrau grŵp
group-start-title = Beth yw enw’r grŵp?
group-start-about = Mae grŵp yn rhannu pethau yn ei enw ei hun. Chi fydd yn gofalu amdano.
group-start-organisers = Gall trefnwyr ddechrau grŵp. Gofynnwch i un ohonynt.
group-name = Enw’r grŵp
group-name-hint = Er enghraifft Banc Bwyd Glan yr Afon
group-name-missing = Teipiwch enw yn gyntaf.
group-about = Beth mae’n ei wneud
group-about-hint = Brawddeg neu ddwy
group-started = Mae { $name } wedi’i ddechrau.
never-mind = Dim ots
organisers = Trefnwyr
organisers-rule =
    { $count ->
        [zero] Nid oes rhaid i neb gytuno cyn i’r trefnwyr newid.
        [one] Rhaid i 1 trefnydd gytuno cyn i’r trefnwyr newid.
        [two] Rhaid i 2 drefnydd gytuno cyn i’r trefnwyr newid.
        [few] Rhaid i { $count } threfnydd gytuno cyn i’r trefnwyr newid.
        [many] Rhaid i { $count } threfnydd gytuno cyn i’r trefnwyr newid.
       *[other] Rhaid i { $count } trefnydd gytuno cyn i’r trefnwyr newid.
    }
organisers-how = I gynnig trefnydd, agorwch dudalen y person hwnnw.
organisers-split = Mae dau newid i’r trefnwyr yn groes i’w gilydd
organisers-split-do = Hyd nes i ddeiliaid yr allweddi ddewis un, dim ond tynnu pobl allan a chuddio pethau a ellir.
organisers-holds = Mae digon o drefnwyr yn cytuno. Fel hyn y mae hi nawr.
organisers-missing =
    { $count ->
        [zero] Nid oes rhaid i neb arall gytuno.
        [one] Rhaid i 1 trefnydd arall gytuno.
        [two] Rhaid i 2 drefnydd arall gytuno.
        [few] Rhaid i { $count } threfnydd arall gytuno.
        [many] Rhaid i { $count } threfnydd arall gytuno.
       *[other] Rhaid i { $count } trefnydd arall gytuno.
    }
proposal-waits = Cynigiwyd newid y trefnwyr
proposal-joins = Trefnwyr newydd: { $names }.
proposal-leaves = Ddim yn drefnwyr mwyach: { $names }.
proposal-other = Newid yn y ffordd y mae’r trefnwyr yn gweithio.
proposal-approved = Wedi cytuno hyd yma: { $names }
proposal-approve = Cytuno i’r newid hwn
proposal-mine = Rydych wedi cytuno iddo.
proposal-organisers-only = Dim ond trefnwyr a all gytuno iddo.
sure-approve = Cytuno i’r newid hwn?
sure-approve-do = Ni allwch dynnu hyn yn ôl ar ôl cytuno.

# Un person
person-none = Does neb o’r enw hwn yma
person-none-do = Efallai nad ydynt wedi cyrraedd y cyfrifiadur hwn eto.
count-computers =
    { $count ->
        [zero] Dim cyfrifiadur eto
        [one] 1 cyfrifiadur
        [two] 2 gyfrifiadur
        [few] { $count } chyfrifiadur
        [many] { $count } chyfrifiadur
       *[other] { $count } cyfrifiadur
    }
has-gateway = Yn cael rhannu rhyngrwyd adeilad
has-mentor = Mentor i bobl dan 18
has-invites =
    { $count ->
        [zero] Ddim yn cael gadael neb i mewn
        [one] Yn cael gadael 1 person i mewn
        [two] Yn cael gadael 2 berson i mewn
        [few] Yn cael gadael { $count } pherson i mewn
        [many] Yn cael gadael { $count } pherson i mewn
       *[other] Yn cael gadael { $count } o bobl i mewn
    }
grant-take-back = Tynnu’n ôl: { $what }
grant-gateway = Gadael i { $name } rannu rhyngrwyd adeilad
grant-mentor = Gwneud { $name } yn fentor i bobl dan 18
grant-invites-about = Faint o bobl a gaiff { $name } eu gadael i mewn, i gyd?
grant-invites-choose = Dewiswch rif i fynd ymlaen.
grant-invites =
    { $count ->
        [zero] Peidio â gadael iddynt wahodd neb
        [one] Gadael iddynt wahodd 1 person
        [two] Gadael iddynt wahodd 2 berson
        [few] Gadael iddynt wahodd { $count } pherson
        [many] Gadael iddynt wahodd { $count } pherson
       *[other] Gadael iddynt wahodd { $count } o bobl
    }
person-groups = Yn y grwpiau hyn
person-pen-name = Wrth yr hyn y maent yn ei rannu â phawb, mae eraill yn gweld “{ $name }”.
person-why = Pam mae hi felly
person-can = Beth allwch chi ei wneud
person-organisers-only = Dim ond trefnwyr a all dynnu pobl allan a rhoi rolau arbennig.
person-is-organiser = Mae’r trefnwyr yn penderfynu gyda’i gilydd am un ohonynt.
person-allow = Gadael { $name } i mewn
person-allow-again = Gadael { $name } i mewn eto
person-allowed = Mae { $name } yn aelod nawr.
person-granted = Mae { $name } yn cael gwneud hynny nawr.
person-ungranted = Nid yw { $name } yn cael gwneud hynny mwyach.
person-block = Rhwystro { $name } ar y cyfrifiadur hwn
person-unblock = Gweld { $name } eto
person-blocked = Ni fyddwch yn gweld yr hyn y mae { $name } yn ei rannu.
person-unblocked = Rydych yn gweld yr hyn y mae { $name } yn ei rannu eto.
person-block-about = I chi yn unig y mae hyn. Ni ddywedir wrth neb.
person-remove = Tynnu { $name } allan
person-remove-title = Pam ydych chi’n tynnu { $name } allan?
person-remove-reason = Y rheswm
person-remove-reason-hint = Brawddeg y bydd eraill yn ei deall
person-remove-reason-seen = Gall pob aelod ei ddarllen. Gallwch dynnu’r geiriau’n ôl yn nes ymlaen.
person-remove-content = Yr hyn a rannwyd ganddynt:
content-keep = Dal i’w ddangos
content-hide = Peidio â’i ddangos
person-remove-who = Pwy sy’n mynd:
person-remove-one = Y person hwn yn unig
person-remove-everyone = Pawb y gadawsant i mewn hefyd
person-removed = Mae { $name } allan.
person-removed-kept =
    { $count ->
        [zero] Nid oes dim yn aros.
        [one] Mae 1 peth a rannwyd ganddynt yn aros.
        [two] Mae 2 beth a rannwyd ganddynt yn aros.
        [few] Mae { $count } pheth a rannwyd ganddynt yn aros.
        [many] Mae { $count } pheth a rannwyd ganddynt yn aros.
       *[other] Mae { $count } peth a rannwyd ganddynt yn aros.
    }
person-removed-also = Allan hefyd: { $names }.
sure-remove = Tynnu { $name } allan?
sure-remove-do = Caiff eu holl gyfrifiaduron eu cau allan. Dim ond trefnydd a all eu gadael i mewn eto.
sure-remove-all-do = Cânt hwy a phawb y gadawsant i mewn eu cau allan. Dim ond trefnydd a all eu gadael i mewn eto.
organiser-make = Cynnig { $name } yn drefnydd
organiser-end = Cynnig nad yw { $name } yn drefnydd mwyach
organiser-step-down = Cynnig rhoi’r gorau i fod yn drefnydd
sure-organiser = Cynnig { $name } yn drefnydd?
sure-organiser-do = Mae trefnwyr yn gadael pobl i mewn ac yn eu tynnu allan. Ni allwch chi’n unig dynnu hyn yn ôl.
sure-organiser-end = Cynnig nad yw { $name } yn drefnydd mwyach?
sure-organiser-end-do = Byddant yn dal yn aelod. Ni allwch chi’n unig dynnu hyn yn ôl.
sure-step-down = Rhoi’r gorau i fod yn drefnydd?
sure-step-down-do = Byddwch yn dal yn aelod. Y lleill fydd yn penderfynu a fyddwch yn un eto.
why-started = { $name } a ddechreuodd y gymuned hon.
why-seated = Mae { $name } yn drefnydd. Cytunodd y trefnwyr i hynny.
why-split = Ni all { $name } weithredu fel trefnydd tra bo’r trefnwyr wedi’u rhannu.
why-admitted = Gadawyd { $name } i mewn gan aelod.
why-not-admitted = Gadawyd { $name } i mewn gan rywun na allai wneud hynny.
why-joined = Daeth { $name } i mewn fel newydd-ddyfodiad.
why-removed = Tynnwyd { $name } allan gan drefnydd.
why-left = Gadawodd { $name }.
why-recovered = Cafodd { $name } allwedd newydd gyda help ffrindiau.
why-recovery-asked = Gofynnir am allwedd newydd i { $name }.
why-granted = Mae gan { $name } rôl arbennig.
why-granted-before = Roedd gan { $name } rôl arbennig. Fe’i tynnwyd yn ôl.
why-cannot-invite = Ni all { $name } adael eraill i mewn.
why-computer-out = Tynnwyd un o gyfrifiaduron { $name } allan.
why-unknown = Nid oes neb wedi gadael { $name } i mewn, hyd y gwyddom yma.
why-other = Mae rhagor am { $name }. Gweler y manylion.

# Un grŵp
group-none = Nid yw’r grŵp hwn yma
group-none-do = Fe’i caewyd, neu nid yw wedi cyrraedd y cyfrifiadur hwn eto.
group-only = Dim ond hyn y mae’n ei rannu: { $kinds }.
group-members = Pwy sydd ynddo
group-admin = Yn gofalu amdano
group-admins-only = Y rhai sy’n gofalu am y grŵp a all ychwanegu pobl.
see-person = Gweld { $name }
group-admin-make = Gadael i { $name } ofalu amdano
group-admin-end = Gwneud { $name } yn aelod cyffredin
group-admin-made = Mae { $name } yn gofalu am y grŵp nawr.
group-take-out = Tynnu { $name } allan o’r grŵp
group-taken-out = Mae { $name } allan o’r grŵp.
group-everybody = Mae pawb yma ynddo.
group-add-who = Pwy arall ddylai fod ynddo?
group-add-hint = Teipiwch enw
group-add-nobody = Nid oes gan neb yma’r enw hwnnw.
group-add = Ychwanegu { $name }
group-added = Mae { $name } yn y grŵp.
more-of-them =
    { $count ->
        [zero] Neb arall.
        [one] 1 arall. Teipiwch enw i’w ganfod.
        [two] 2 arall. Teipiwch enw i’w canfod.
        [few] { $count } arall. Teipiwch enw i’w canfod.
        [many] { $count } arall. Teipiwch enw i’w canfod.
       *[other] { $count } arall. Teipiwch enw i’w canfod.
    }
group-computers = Ei gyfrifiaduron ei hun
group-computers-none = Nid oes ganddo gyfrifiadur ei hun.
computer-key = Cyfrifiadur { $key }
computer-this = Yr un hwn
group-leave = Gadael { $name }
group-left = Rydych wedi gadael { $name }.
sure-group-leave = Gadael { $name }?
sure-group-leave-do = Mae’r hyn a rannwyd gennych yn ei enw yn aros. Rhaid i rywun yno eich ychwanegu er mwyn dod yn ôl.
group-close = Cau { $name }
group-closed = Mae { $name } wedi’i gau.
group-close-content = Yr hyn a rannodd y grŵp:
sure-group-close = Cau { $name }?
sure-group-close-do = Ni ellir ei agor eto. Ni all neb rannu yn ei enw mwyach.
group-ask = Gofyn i’r trefnwyr am grŵp
group-share = Rhannu rhywbeth fel { $name }
