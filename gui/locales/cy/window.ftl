# Lliwiau, a’r hyn sy’n digwydd y tu ôl i’r ffenestr
colours = Lliwiau
colours-system = Fel gweddill y cyfrifiadur hwn
colours-light = Golau
colours-dark = Tywyll
colours-high = Cyferbyniad uchel
background = Pan fyddwch yn cau’r ffenestr hon
background-about = Tra bydd Hedgerow yn dal i fynd, gall eich cymdogion weld beth rydych yn ei rannu, a chewch chithau eu newyddion.
background-on = Mae Hedgerow yn dal i fynd hebddi
background-off = Mae Hedgerow yn stopio hefyd
autostart = Cychwyn Hedgerow pan fydd y cyfrifiadur hwn yn cychwyn
close-question = A ddylai Hedgerow ddal i fynd heb y ffenestr hon?
close-meaning = Tra bydd yn dal i fynd, mae’r cyfrifiadur hwn yn dal i rannu â’ch cymdogion ac yn cael eu newyddion. Ychydig o ynni sydd ei angen.
close-later = Ni fyddwn yn gofyn eto. Gallwch newid hyn yn Gosodiadau. Lle mae lle iddi, mae deilen wrth ymyl y cloc yn dangos hynny.
close-keep = Cau’r ffenestr yn unig
close-stop = Stopio Hedgerow hefyd
attached-goes-on = Y ffenestr hon gychwynnodd Hedgerow. Bydd yn dal i fynd pan fyddwch yn ei chau.

# Cymorth a gwiriadau
page-checks = Cymorth a gwiriadau
checks-fine = Mae popeth yn iawn
checks-open =
    { $count ->
        [one] Mae angen i chi edrych ar 1 peth
       *[other] Mae angen i chi edrych ar { $count } pheth
    }
check-runs = Mae Hedgerow { $version } yn rhedeg ar y cyfrifiadur hwn
check-linked =
    { $count ->
        [one] Wedi cysylltu ag 1 cyfrifiadur arall
       *[other] Wedi cysylltu â { $count } cyfrifiadur arall
    }
check-alone = Nid oes cyfrifiadur arall gerllaw
check-alone-do = Mae’r hyn sydd yma’n dal i weithio. Daw newyddion pan fyddwch yn cwrdd â chyfrifiadur arall o’ch cymuned.
check-alone-fix = Gweld pwy sydd wedi cysylltu
check-fresh = Mae gennych bopeth sydd gan eich cymdogion.
check-updating = Mae newyddion ar ei ffordd oddi wrth eich cymdogion.
check-only-here = Ar y cyfrifiadur hwn yn unig y cedwir yr hyn rydych yn ei gyhoeddi, nes i chi gwrdd ag un arall.
check-space = Defnyddir { $used } o’ch disg
check-space-of = Caiff Hedgerow ddefnyddio { $all } ar y mwyaf.
report-copy = Copïo’r adroddiad
report-about = Mae’n helpu rhywun sy’n eich helpu chi. Nid oes enwau na chyfeiriadau ynddo.
help-questions = Cwestiynau cyffredin
help-lost = Beth os bydd y cyfrifiadur hwn yn mynd ar goll neu’n torri?
help-lost-do = Mae’ch cymuned yn cadw’r hyn rydych wedi’i gyhoeddi. Dewch yn ôl gyda’ch 24 gair adfer. Ysgrifennwch nhw ar bapur.
help-find = Pam na allaf ddod o hyd i rywbeth?
help-find-do = Rhowch gynnig ar lai o eiriau. Os buoch i ffwrdd, arhoswch nes bod “Yn gyfredol” ar waelod y ffenestr.
help-away = Beth sy’n gweithio heb y rhyngrwyd?
help-away-do = Y cyfan. Darllenwch ac ysgrifennwch fel arfer. Mae newyddion yn teithio pan fydd cyfrifiaduron yn cwrdd, neu ar gofbin.
size-bytes =
    { $count ->
        [one] 1 beit
       *[other] { $count } beit
    }
size-kb = { $number } kB
size-mb = { $number } MB
size-gb = { $number } GB
size-tb = { $number } TB

# Am beth mae pobl yn dod
way-open = Canfod beth sydd ar agor nawr
way-internet = Defnyddio rhyngrwyd adeilad
way-help = Gofyn am help
way-site = Ymweld â safle lleol

# The sign beside the clock
tray-goes-on = Mae Hedgerow yn dal i redeg heb ei ffenestr
tray-open = Agor y ffenestr
tray-stop = Stopio Hedgerow

# Ni chollir dim a deipiwyd
field-left =
    { $count ->
        [zero] Nid oes lle i ragor.
        [one] Mae lle i un llythyren arall.
        [two] Mae lle i 2 lythyren arall.
        [few] Mae lle i { $count } llythyren arall.
        [many] Mae lle i { $count } llythyren arall.
       *[other] Mae lle i { $count } llythyren arall.
    }
field-full =
    { $count ->
        [zero] Mae hwn yn llawn.
        [one] Mae hwn yn llawn. Dim ond un llythyren sy’n ffitio yma.
        [two] Mae hwn yn llawn. Dim ond 2 lythyren sy’n ffitio yma.
        [few] Mae hwn yn llawn. Nid oes lle i fwy na { $count } llythyren yma. Gadawyd y gweddill allan.
        [many] Mae hwn yn llawn. Nid oes lle i fwy na { $count } llythyren yma. Gadawyd y gweddill allan.
       *[other] Mae hwn yn llawn. Nid oes lle i fwy na { $count } llythyren yma. Gadawyd y gweddill allan.
    }
unsent-question = Cau heb anfon?
unsent-meaning = Rydych wedi teipio rhywbeth preifat nad yw wedi’i anfon. Nid yw wedi’i gadw yn unman ond yn y ffenestr hon. Os byddwch yn ei chau, bydd wedi mynd.
unsent-close = Cau’r ffenestr
fault-busy = Ni wnaed hyn
fault-busy-do = Mae’r cyfrifiadur hwn yn brysur â llawer o bethau. Ni newidiwyd dim. Arhoswch funud, yna rhowch gynnig arall arni.

# Beth ddaeth i mewn
bell = Beth mae’r bwrdd gwaith yn ei ddweud wrthych
bell-about = Pan ddaw cais, ateb, person newydd neu hysbysiad i mewn, gall neges fer ddweud hynny.
bell-on = Dywedwch wrthyf beth sy’n dod i mewn
bell-off = Peidiwch â dweud dim wrthyf
bell-open = Agorwch Hedgerow i’w weld.
bell-request = Mae { $name } yn gofyn am help
bell-answer = Mae rhywun wedi’ch ateb
bell-report = Mae rhywun wedi rhoi gwybod i chi am rywbeth
bell-asker = Mae { $name } yn gofyn am gael ymuno
bell-person = Mae { $name } wedi ymuno â’ch cymuned
bell-notice = Hysbysiad newydd: { $title }
bell-many =
    { $count ->
        [zero] Ni ddaeth dim newydd i mewn
        [one] Daeth 1 peth newydd i mewn
        [two] Daeth 2 beth newydd i mewn
        [few] Daeth { $count } pheth newydd i mewn
        [many] Daeth { $count } pheth newydd i mewn
       *[other] Daeth { $count } peth newydd i mewn
    }
bell-notices =
    { $count ->
        [zero] dim hysbysiad
        [one] 1 hysbysiad
        [two] 2 hysbysiad
        [few] { $count } hysbysiad
        [many] { $count } hysbysiad
       *[other] { $count } hysbysiad
    }
bell-requests =
    { $count ->
        [zero] dim cais
        [one] 1 cais
        [two] 2 gais neu ateb
        [few] { $count } chais neu ateb
        [many] { $count } chais neu ateb
       *[other] { $count } cais neu ateb
    }
bell-askers =
    { $count ->
        [zero] neb yn gofyn am gael ymuno
        [one] 1 person yn gofyn am gael ymuno
        [two] 2 berson yn gofyn am gael ymuno
        [few] { $count } pherson yn gofyn am gael ymuno
        [many] { $count } pherson yn gofyn am gael ymuno
       *[other] { $count } person yn gofyn am gael ymuno
    }
bell-people =
    { $count ->
        [zero] neb wedi ymuno
        [one] 1 person wedi ymuno
        [two] 2 berson wedi ymuno
        [few] { $count } pherson wedi ymuno
        [many] { $count } pherson wedi ymuno
       *[other] { $count } person wedi ymuno
    }
rail-new =
    { $count ->
        [zero] dim byd newydd
        [one] 1 newydd
        [two] 2 newydd
        [few] { $count } newydd
        [many] { $count } newydd
       *[other] { $count } newydd
    }
