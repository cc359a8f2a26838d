[Hedgerow]
title=Hedgerow
description=Links to other computers of the community, and finding them on the same network
ports=4847/udp|5353/udp

[Hedgerow page]
title=Hedgerow page
description=The page on the building's Wi-Fi (off unless turned on)
ports=8480/tcp
